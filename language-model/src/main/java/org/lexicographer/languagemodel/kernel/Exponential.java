package org.lexicographer.languagemodel.kernel;

import static org.lexicographer.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** e^x of vectors. */
final class Exponential {

    /** Added and taken away again, it leaves the nearest whole number, also in its lowest bits. */
    private static final float ROUNDING = 0x1.8p23f;

    private static final int EXPONENT_BIAS = 127;
    private static final int MANTISSA_BITS = 23;

    /** Where e^x is below the smallest normal number, and where it is infinite. */
    private static final float LOWEST = -88;

    private static final float HIGHEST = 89;

    private static final float LOG2_E = (float) (1 / Math.log(2));

    /** ln 2 in two parts, the first of which has few bits, so that its multiples are exact. */
    private static final float LN2_HIGH = 0.693359375f;

    private static final float LN2_LOW = -2.12194440e-4f;

    private Exponential() {}

    /**
     * Returns e^x of each element: 0 below e^-88, infinity above e^88.7, no number of none; in
     * between within 2e-7 of the value (the polynomial of <a
     * href="https://www.netlib.org/cephes/">Cephes' expf</a> on |x| <= ln(2) / 2).
     */
    static FloatVector exp(FloatVector power) {
        return decay(power.blend(HIGHEST, power.compare(VectorOperators.GT, HIGHEST)));
    }

    /** Returns e^x of elements that are not above {@link #HIGHEST}, as {@link #exp} does. */
    static FloatVector decay(FloatVector power) {
        FloatVector x = power.blend(LOWEST, power.lt(LOWEST));
        FloatVector shifted = x.fma(splat(LOG2_E), splat(ROUNDING));
        FloatVector twos = shifted.sub(ROUNDING);
        FloatVector rest = twos.fma(splat(-LN2_HIGH), x);
        rest = twos.fma(splat(-LN2_LOW), rest);
        FloatVector sum = splat(1.9875691500e-4f).fma(rest, splat(1.3981999507e-3f));
        sum = sum.fma(rest, splat(8.3334519073e-3f));
        sum = sum.fma(rest, splat(4.1665795894e-2f));
        sum = sum.fma(rest, splat(1.6666665459e-1f));
        sum = sum.fma(rest, splat(5.0000001201e-1f));
        sum = sum.mul(rest).fma(rest, rest.add(1));
        IntVector bits = shifted.reinterpretAsInts().add(EXPONENT_BIAS);
        return sum.mul(bits.lanewise(VectorOperators.LSHL, MANTISSA_BITS).reinterpretAsFloats());
    }

    /** Returns a vector of one number. */
    static FloatVector splat(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }
}
