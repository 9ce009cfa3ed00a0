package org.lexicographer.trainer.recipe.topk;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class GeometricMedianTest {

    /** The algorithm stops when it moves by less than 1e-5, and approaches linearly. */
    private static final float APPROACH = 1e-3f;

    private static float[] median(float[][] points) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return GeometricMedian.of(manager.create(points)).toFloatArray();
        }
    }

    @Test
    void liesInTheMiddleOfASquare() {
        assertThat(median(new float[][] {{0, 0}, {0, 2}, {2, 0}, {2, 2}})).containsExactly(1, 1);
    }

    @Test
    void isNotDrawnAwayByOneFarPoint() {
        assertThat(median(new float[][] {{0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1e6f, 0}}))
                .usingComparatorWithPrecision(1f)
                .containsExactly(0, 0);
    }

    @Test
    void isThePointOfATriangleWithAnAngleOfAThird() {
        // Fermat's point of an equilateral triangle is its centre.
        float height = (float) Math.sqrt(3);
        assertThat(median(new float[][] {{-1, 0}, {1, 0}, {0, height}}))
                .usingComparatorWithPrecision(APPROACH)
                .containsExactly(0, height / 3);
    }

    @Test
    void staysFiniteWhereTheGuessIsAPoint() {
        assertThat(median(new float[][] {{1, 1}, {-1, -1}, {0, 0}, {1, -1}, {-1, 1}}))
                .containsExactly(0, 0);
        assertThat(median(new float[][] {{3, 4}, {3, 4}})).containsExactly(3, 4);
    }
}
