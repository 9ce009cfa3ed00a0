package org.lexicographer.languagemodel.kernel;

import static org.lexicographer.kernel.Lanes.COUNT;
import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.languagemodel.kernel.Exponential.exp;

import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Lanes;

/** The exponentials of scores and what they add up to. For use by one thread. */
final class Softmax {

    private final float[] lanes = new float[COUNT];

    /** Returns the largest number. */
    float largest(float[] values, int from, int to) {
        FloatVector largest = FloatVector.fromArray(FLOATS, values, from);
        for (int i = from + COUNT; i < to; i += COUNT) {
            FloatVector next = FloatVector.fromArray(FLOATS, values, i);
            largest = largest.blend(next, largest.lt(next));
        }
        largest.intoArray(lanes, 0);
        float most = lanes[0];
        for (int lane = 1; lane < COUNT; lane++) {
            most = Math.max(most, lanes[lane]);
        }
        return most;
    }

    /** Turns x into e^(x - largest); returns the sum. */
    float exponentials(float[] values, int from, int to, float largest) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += COUNT) {
            FloatVector power = exp(FloatVector.fromArray(FLOATS, values, i).sub(largest));
            power.intoArray(values, i);
            sum = sum.add(power);
        }
        sum.intoArray(lanes, 0);
        return Lanes.sum(lanes, 0);
    }
}
