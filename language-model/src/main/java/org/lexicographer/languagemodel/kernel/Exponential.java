package org.lexicographer.languagemodel.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static org.lexicographer.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * e^x of vectors.
 *
 * <p>Vectors pass from method to method in registers only where the compiler inlines the method. It
 * always does so with those of {@link FloatVector}; a method of ours it leaves out when it has
 * counted few calls of it, which is a matter of timing at the start, and the whole language model
 * then takes 1.6 times as long until the process ends. So there is no smaller method here.
 */
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
        FloatVector shifted = x.fma(broadcast(FLOATS, LOG2_E), broadcast(FLOATS, ROUNDING));
        FloatVector twos = shifted.sub(ROUNDING);
        FloatVector rest = twos.fma(broadcast(FLOATS, -LN2_HIGH), x);
        rest = twos.fma(broadcast(FLOATS, -LN2_LOW), rest);
        FloatVector sum =
                broadcast(FLOATS, 1.9875691500e-4f).fma(rest, broadcast(FLOATS, 1.3981999507e-3f));
        sum = sum.fma(rest, broadcast(FLOATS, 8.3334519073e-3f));
        sum = sum.fma(rest, broadcast(FLOATS, 4.1665795894e-2f));
        sum = sum.fma(rest, broadcast(FLOATS, 1.6666665459e-1f));
        sum = sum.fma(rest, broadcast(FLOATS, 5.0000001201e-1f));
        sum = sum.mul(rest).fma(rest, rest.add(1));
        IntVector bits = shifted.reinterpretAsInts().add(EXPONENT_BIAS);
        return sum.mul(bits.lanewise(VectorOperators.LSHL, MANTISSA_BITS).reinterpretAsFloats());
    }
}
