package org.lexicographer.languagemodel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lexicographer.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("lanes")
class ExponentialTest {

    /** Of the value: three roundings of float32. */
    private static final double TOLERANCE = 2e-7;

    private static float exp(float power) {
        return Exponential.exp(FloatVector.broadcast(FLOATS, power)).lane(0);
    }

    @Test
    void exponentialsAreThoseOfTheLibrary() {
        for (int i = -8700; i <= 8800; i++) {
            float power = i / 100f;
            double expected = Math.exp(power);
            assertThat((double) exp(power)).isCloseTo(expected, within(TOLERANCE * expected));
        }
    }

    @Test
    void exponentialsBeyondTheRangeAreZeroOrInfinite() {
        assertThat(exp(-89)).isZero();
        assertThat(exp(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(exp(90)).isInfinite().isPositive();
        assertThat(exp(Float.POSITIVE_INFINITY)).isInfinite().isPositive();
        assertThat(exp(Float.NaN)).isNaN();
        assertThat(exp(0)).isEqualTo(1);
    }
}
