package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.JumpReluDictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.architecture.TopKDictionary;

class SparseEncoderTest {

    private static final int WIDTH = 19;
    private static final int LATENTS = 150;
    private static final int ROWS = 205;

    /** Sums of 19 products of size 1 in two orders. */
    private static final double ROUNDING = 1e-5;

    private final NDManager manager = NDManager.newBaseManager();
    private final Random random = new Random(1);

    @AfterEach
    void release() {
        manager.close();
    }

    private NDArray drawn(long... shape) {
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(shape)); // (shape)
    }

    private StandardDictionary standard(NDArray encoder, boolean subtract) {
        return new StandardDictionary(
                encoder, drawn(LATENTS).sub(3), drawn(LATENTS, WIDTH), drawn(WIDTH), subtract);
    }

    private static Stream<String> kinds() {
        return Stream.of("standard", "subtracting", "transposed", "batchTopK", "jump");
    }

    private Dictionary dictionary(String kind) {
        return switch (kind) {
            case "standard" -> standard(drawn(WIDTH, LATENTS), false);
            case "subtracting" -> standard(drawn(WIDTH, LATENTS), true);
            case "transposed" -> standard(drawn(LATENTS, WIDTH).transpose(), true);
            case "batchTopK" ->
                    new TopKDictionary(
                            Architecture.BATCH_TOP_K,
                            drawn(WIDTH, LATENTS),
                            drawn(LATENTS),
                            drawn(LATENTS, WIDTH),
                            drawn(WIDTH),
                            ActiveLatents.above(2, 5),
                            true);
            default ->
                    new JumpReluDictionary(
                            drawn(WIDTH, LATENTS),
                            drawn(LATENTS),
                            drawn(LATENTS, WIDTH),
                            drawn(WIDTH),
                            drawn(LATENTS),
                            false);
        };
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void findsWhatTheDictionaryEncodes(String kind) {
        // Given
        Dictionary dictionary = dictionary(kind);
        NDArray rows = drawn(ROWS, WIDTH); // (N, D)

        // When
        SparseRows found = SparseEncoder.of(dictionary).orElseThrow().encode(rows);

        // Then
        float[] expected = dictionary.encode(rows).toFloatArray(); // (N, F)
        float[] dense = found.dense(manager, LATENTS).toFloatArray(); // (N, F)
        assertThat(found.count()).isPositive().isLessThan(ROWS * LATENTS / 2);
        for (int i = 0; i < expected.length; i++) {
            assertThat(dense[i]).isCloseTo(expected[i], within((float) ROUNDING));
        }
        for (int row = 0; row < ROWS; row++) {
            assertThat(
                            Arrays.copyOfRange(
                                    found.latents(), found.starts()[row], found.starts()[row + 1]))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aRowHasTheSameBitsWhateverItIsEncodedWith() {
        // Given
        SparseEncoder encoder = SparseEncoder.of(dictionary("subtracting")).orElseThrow();
        NDArray rows = drawn(ROWS, WIDTH); // (N, D)
        SparseRows together = encoder.encode(rows);

        // When
        SparseRows alone = encoder.encode(rows.get(new NDIndex("100:101")));

        // Then
        SparseRows same = together.range(100, 1);
        assertThat(alone.latents()).isEqualTo(same.latents()).isNotEmpty();
        assertThat(alone.values()).isEqualTo(same.values());
    }

    @Test
    void whatIsNotANumberIsFound() {
        // Given
        SparseEncoder encoder = SparseEncoder.of(dictionary("standard")).orElseThrow();
        float[] row = new float[WIDTH];
        row[3] = Float.NaN;

        // When
        SparseRows found = encoder.encode(manager.create(row, new Shape(1, WIDTH)));

        // Then
        assertThat(found.count()).isEqualTo(LATENTS);
        assertThat(found.values()).containsOnly(Float.NaN);
    }

    @Test
    void latentsThatDependOnOneAnotherAreLeftToTheDictionary() {
        Dictionary topK =
                new TopKDictionary(
                        Architecture.TOP_K,
                        drawn(WIDTH, LATENTS),
                        drawn(LATENTS),
                        drawn(LATENTS, WIDTH),
                        drawn(WIDTH),
                        ActiveLatents.topK(5),
                        true);

        assertThat(List.of(topK, new IdentityDictionary(WIDTH)))
                .allMatch(dictionary -> SparseEncoder.of(dictionary).isEmpty());
    }
}
