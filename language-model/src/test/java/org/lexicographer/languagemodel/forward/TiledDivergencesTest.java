package org.lexicographer.languagemodel.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.forward.TiledLoss.TileSize;
import org.lexicographer.languagemodel.layer.RmsNorm;
import org.lexicographer.languagemodel.layer.SoftCap;
import org.lexicographer.languagemodel.layer.TokenUnembedding;
import org.lexicographer.languagemodel.weights.RowTable;

@Tag("lanes")
class TiledDivergencesTest {

    private static final int ROWS = 200;
    private static final int DIM = 16;
    private static final int VOCABULARY = 300;

    /** Logits up to 20 in float32, relative to sums over all rows. */
    private static final double TOLERANCE = 1e-4;

    private static NDArray random(NDManager manager, int rows, int seed) {
        float[] values = new float[rows * DIM];
        Random random = new Random(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(rows, DIM)); // (rows, D)
    }

    private static long[] targets() {
        long[] targets = new long[ROWS];
        for (int row = 0; row < ROWS; row++) {
            targets[row] = row % 20 == 19 ? -1 : row * 7L % VOCABULARY;
        }
        return targets;
    }

    private static TiledDivergences tiled(NDArray table, Optional<SoftCap> cap) {
        RmsNorm norm =
                new RmsNorm(table.getManager().ones(new Shape(DIM)), 0, 1e-6f, Optional.empty());
        TokenUnembedding unembedding = new TokenUnembedding(norm, new RowTable.Whole(table), cap);
        return new TiledDivergences(unembedding, VOCABULARY);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 64, 300})
    void arraysInTilesSayTheSameAsTheKernel(int tokensOfTile) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray original = random(manager, ROWS, 1); // (N, D)
            List<NDArray> others =
                    List.of(original.mul(0.9f).add(0.1f), random(manager, ROWS, 2)); // (N, D)
            TiledDivergences tiled =
                    tiled(random(manager, VOCABULARY, 3), Optional.of(new SoftCap(8)));
            TileSize size = new TileSize(64, tokensOfTile);

            TiledDivergences.Found kernel = tiled.compare(original, others, targets());
            TiledDivergences.Found arrays = tiled.compareInTiles(original, others, targets(), size);

            assertThat(arrays.originalLoss()).isCloseTo(kernel.originalLoss(), close(kernel));
            for (int i = 0; i < others.size(); i++) {
                TiledDivergences.OfOther expected = kernel.others().get(i);
                TiledDivergences.OfOther found = arrays.others().get(i);
                assertThat(expected.divergence()).isPositive();
                assertThat(found.loss()).isCloseTo(expected.loss(), close(kernel));
                assertThat(found.divergence()).isCloseTo(expected.divergence(), close(kernel));
            }
        }
    }

    private static Offset<Double> close(TiledDivergences.Found found) {
        return within(TOLERANCE * found.originalLoss());
    }

    @Test
    void whatIsTheSameDoesNotDivergeAtAll() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray original = random(manager, ROWS, 1); // (N, D)
            TiledDivergences tiled = tiled(random(manager, VOCABULARY, 3), Optional.empty());

            TiledDivergences.Found found =
                    tiled.compare(original, List.of(original.duplicate()), targets());

            assertThat(found.others())
                    .containsExactly(new TiledDivergences.OfOther(found.originalLoss(), 0));
        }
    }

    @Test
    void aStreamSaysTheSameWhateverOthersAreComparedWithIt() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray original = random(manager, ROWS, 1); // (N, D)
            NDArray other = random(manager, ROWS, 2); // (N, D)
            TiledDivergences tiled = tiled(random(manager, VOCABULARY, 3), Optional.empty());

            TiledDivergences.Found alone = tiled.compare(original, List.of(other), targets());
            TiledDivergences.Found beside =
                    tiled.compare(original, List.of(random(manager, ROWS, 4), other), targets());

            assertThat(beside.others().getLast()).isEqualTo(alone.others().getFirst());
            assertThat(beside.originalLoss()).isEqualTo(alone.originalLoss());
        }
    }
}
