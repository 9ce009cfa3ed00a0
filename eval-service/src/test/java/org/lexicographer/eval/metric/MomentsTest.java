package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MomentsTest {

    /** Float64 rounding of a handful of additions. */
    private static final double ROUNDING = 1e-12;

    @Test
    void piecesTogetherHaveTheSpreadOfTheWhole() {
        // Given: (0,0), (2,0) | (4,6), whose mean is (2,2)
        Moments moments = new Moments();

        // When
        moments.add(2, new double[] {1, 0}, 2);
        moments.add(1, new double[] {4, 6}, 0);

        // Then: 4+4 + 0+4 + 4+16
        assertThat(moments.squaredDistances()).isCloseTo(32, within(ROUNDING));
    }

    @Test
    void aLargeMeanCostsNoPrecision() {
        // Given
        double far = 1e9;
        Moments moments = new Moments();

        // When
        moments.add(1, new double[] {far + 1}, 0);
        moments.add(1, new double[] {far - 1}, 0);

        // Then
        assertThat(moments.squaredDistances()).isCloseTo(2, within(ROUNDING));
    }
}
