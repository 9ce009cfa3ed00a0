package org.lexicographer.languagemodel.kernel;

import static org.lexicographer.kernel.Lanes.COUNT;
import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.kernel.Lanes.ORDER;
import static org.lexicographer.languagemodel.kernel.Exponential.decay;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Strips;

/**
 * The exponentials of scores of which each lane of a panel has a row of its own, and what they add
 * up to. For use by one thread.
 */
final class LaneSoftmax {

    private final float[] sums = new float[Strips.WIDTH];

    /**
     * Turns each lane's scores into their exponentials, over the largest of them.
     *
     * @param scores panel after panel
     * @param from the first one
     * @param to where they end, whole panels on
     * @param exponentials has them in the same places
     */
    void apply(float[] scores, int from, int to, MemorySegment exponentials) {
        for (int lane = 0; lane < Strips.WIDTH; lane += COUNT) {
            applyToLanes(scores, from + lane, to, exponentials);
        }
    }

    /** Takes one vector of each panel: of two at a time the compiler does not inline all. */
    private void applyToLanes(float[] scores, int from, int to, MemorySegment exponentials) {
        FloatVector largest = FloatVector.fromArray(FLOATS, scores, from);
        for (int i = from + Strips.WIDTH; i < to; i += Strips.WIDTH) {
            FloatVector x = FloatVector.fromArray(FLOATS, scores, i);
            largest = largest.blend(x, largest.lt(x));
        }
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += Strips.WIDTH) {
            FloatVector power = decay(FloatVector.fromArray(FLOATS, scores, i).sub(largest));
            power.intoMemorySegment(exponentials, (long) i * Float.BYTES, ORDER);
            sum = sum.add(power);
        }
        sum.intoArray(sums, from % Strips.WIDTH);
    }

    /**
     * Divides by the sums of the last exponentials.
     *
     * @param values panel after panel
     * @param to where they end, whole panels from 0
     */
    void divide(float[] values, int to) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1);
        FloatVector factor0 = one.div(FloatVector.fromArray(FLOATS, sums, 0));
        FloatVector factor1 = one.div(FloatVector.fromArray(FLOATS, sums, COUNT));
        for (int i = 0; i < to; i += Strips.WIDTH) {
            FloatVector.fromArray(FLOATS, values, i).mul(factor0).intoArray(values, i);
            FloatVector.fromArray(FLOATS, values, i + COUNT)
                    .mul(factor1)
                    .intoArray(values, i + COUNT);
        }
    }
}
