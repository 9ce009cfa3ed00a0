package org.lexicographer.languagemodel.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static org.lexicographer.kernel.Lanes.COUNT;
import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.languagemodel.kernel.Exponential.decay;
import static org.lexicographer.languagemodel.kernel.Exponential.exp;

import jdk.incubator.vector.FloatVector;

/** A function of each element of an array, in place. No number of none. */
@FunctionalInterface
public interface RowFunction {

    /** x, which stays as it is. */
    RowFunction IDENTITY = (values, from, to) -> {};

    /** max(0, x). */
    RowFunction RELU =
            (values, from, to) -> {
                for (int i = from; i < to; i += COUNT) {
                    FloatVector x = FloatVector.fromArray(FLOATS, values, i);
                    x.blend(0, x.lt(0)).intoArray(values, i);
                }
            };

    /**
     * x * Phi(x) = x/2 * (1 + erf(x / sqrt 2)), with erf within 2e-7 (<a
     * href="https://personal.math.ubc.ca/~cbm/aands/page_299.htm">Abramowitz, Stegun 1964,
     * 7.1.26</a>).
     */
    RowFunction GELU = RowFunction::gelu;

    /**
     * Changes elements.
     *
     * @param from the first
     * @param to where they end: whole vectors from the first
     */
    void apply(float[] values, int from, int to);

    private static void gelu(float[] values, int from, int to) {
        FloatVector one = broadcast(FLOATS, 1);
        for (int i = from; i < to; i += COUNT) {
            FloatVector x = FloatVector.fromArray(FLOATS, values, i);
            FloatVector z = x.abs().mul((float) Math.sqrt(0.5));
            FloatVector t = one.div(z.fma(broadcast(FLOATS, 0.3275911f), one));
            FloatVector sum =
                    broadcast(FLOATS, 1.061405429f).fma(t, broadcast(FLOATS, -1.453152027f));
            sum = sum.fma(t, broadcast(FLOATS, 1.421413741f));
            sum = sum.fma(t, broadcast(FLOATS, -0.284496736f));
            sum = sum.fma(t, broadcast(FLOATS, 0.254829592f)).mul(t);
            FloatVector tail = sum.mul(decay(z.mul(z).neg())).mul(0.5f);
            FloatVector share = tail.blend(one.sub(tail), x.lt(0).not());
            x.mul(share).intoArray(values, i);
        }
    }

    /** Returns x * sigmoid(linear x + cubic x^3). */
    static RowFunction gated(double linear, double cubic) {
        float a = (float) linear;
        float c = (float) cubic;
        return (values, from, to) -> {
            FloatVector one = broadcast(FLOATS, 1);
            for (int i = from; i < to; i += COUNT) {
                FloatVector x = FloatVector.fromArray(FLOATS, values, i);
                FloatVector slope = x.mul(x).fma(broadcast(FLOATS, -c), broadcast(FLOATS, -a));
                x.div(exp(slope.mul(x)).add(one)).intoArray(values, i);
            }
        };
    }

    /** Returns bound * tanh(x / bound), within 1.5e-7 of the bound. */
    static RowFunction capped(double bound) {
        float inverse = (float) (2 / bound);
        float height = (float) bound;
        return (values, from, to) -> {
            for (int i = from; i < to; i += COUNT) {
                FloatVector x = FloatVector.fromArray(FLOATS, values, i);
                FloatVector rest = broadcast(FLOATS, 2 * height).div(exp(x.mul(inverse)).add(1));
                broadcast(FLOATS, height).sub(rest).intoArray(values, i);
            }
        };
    }
}
