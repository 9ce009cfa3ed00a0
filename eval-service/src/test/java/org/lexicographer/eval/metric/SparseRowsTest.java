package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SparseRowsTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static void assertEqual(SparseRows found, SparseRows expected) {
        assertThat(found.starts()).containsExactly(expected.starts());
        assertThat(found.latents()).containsExactly(expected.latents());
        assertThat(found.values()).containsExactly(expected.values());
    }

    @Test
    void areWhatIsNotZeroRowAfterRow() {
        // Given
        NDArray latents =
                manager.create(
                        new float[][] {{0, 2, 0, -0.0f}, {0, 0, 0, 0}, {1, 0, 0, -3}}); // (N, F)

        // When
        SparseRows rows = SparseRows.of(latents);

        // Then
        assertEqual(
                rows,
                new SparseRows(
                        new int[] {0, 1, 1, 3}, new int[] {1, 0, 3}, new float[] {2, 1, -3}));
        assertThat(rows.rows()).isEqualTo(3);
        assertThat(rows.count()).isEqualTo(3);
    }

    @Test
    void areTheSameWhereverTheyAreFound() {
        // Given
        float[] values = new float[7 * 100];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 3 == 0 ? i : 0;
        }
        NDArray latents = manager.create(values, new Shape(7, 100)); // (N, F)
        NDArray none = manager.zeros(new Shape(3, 5)); // (N, F)
        int before = manager.getManagedArrays().size();

        // When, Then
        assertEqual(SparseRows.gathered(latents), SparseRows.scanned(latents));
        assertEqual(SparseRows.gathered(none), SparseRows.scanned(none));
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void allMayBeActive() {
        // Given
        NDArray latents = manager.ones(new Shape(3, 1000)); // (N, F)

        // When, Then
        assertThat(SparseRows.of(latents).starts()).containsExactly(0, 1000, 2000, 3000);
    }
}
