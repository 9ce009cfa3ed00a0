package org.lexicographer.eval.latent.companion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NeighboursTest {

    /** Float32 rounding of unit vectors. */
    private static final double ROUNDING = 1e-6;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void release() {
        manager.close();
    }

    @Test
    void theNearestComesFirstAndNoLatentIsItsOwnNeighbour() {
        // Given: directions of 0, 10, 30 and 180 degrees, of other lengths
        NDArray rows =
                manager.create(
                        new float[][] {
                            {1, 0}, {1.9696f, 0.3473f}, {0.2598f, 0.15f}, {-3, 0}
                        }); // (F, D)

        // When
        List<CloseLatents> found = Neighbours.among(rows);

        // Then
        assertThat(found.get(0).latents()).containsExactly(1, 2, 3);
        assertThat(found.get(2).latents()).containsExactly(1, 0, 3);
        assertThat(found.get(0).values()[2]).isCloseTo(-1, within(ROUNDING));
    }

    @Test
    void tenAreKeptAndOfEquallyNearOnesTheFirst() {
        // Given: 30 twins
        List<CloseLatents> found = Neighbours.among(manager.ones(new Shape(30, 3)));

        // When
        CloseLatents ofTheFifth = found.get(4);

        // Then
        assertThat(ofTheFifth.latents()).containsExactly(0, 1, 2, 3, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void anotherDictionarysLatentsAreComparedAll() {
        // Given
        NDArray rows = manager.create(new float[][] {{1, 0}}); // (F, D)
        NDArray others = manager.create(new float[][] {{0, 1}, {2, 0}}); // (G, D)

        // When
        Neighbours.Between found = Neighbours.between(rows, others);

        // Then
        assertThat(found.ofRows()).hasSize(1);
        assertThat(found.ofRows().getFirst().latents()).containsExactly(1, 0);
        assertThat(found.ofRows().getFirst().values()).containsExactly(1, 0);
        assertThat(found.ofOthers()).hasSize(2);
        assertThat(found.ofOthers().getFirst().latents()).containsExactly(0);
        assertThat(found.ofOthers().getFirst().values()).containsExactly(0);
        assertThat(found.ofOthers().getLast().values()).containsExactly(1);
    }
}
