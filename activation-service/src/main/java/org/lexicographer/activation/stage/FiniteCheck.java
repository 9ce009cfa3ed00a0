package org.lexicographer.activation.stage;

import java.nio.FloatBuffer;
import java.util.Optional;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

/**
 * Finds activations that are not finite, or would not be in the type that they are stored in. Reads
 * each value once more than narrowing does, in loops that the JVM compiles to vectors.
 *
 * @param type the type that they are stored in
 */
record FiniteCheck(ActivationType type) {

    private static final int AT_ONCE = 4096;
    private static final int MAGNITUDE = Integer.MAX_VALUE;

    /** Returns the index of the first value that is not finite once it is stored. */
    Optional<Integer> firstFault(FloatBuffer values) {
        float[] some = new float[Math.min(values.limit(), AT_ONCE)];
        for (int from = 0; from < values.limit(); from += some.length) {
            int count = Math.min(some.length, values.limit() - from);
            values.get(from, some, 0, count);
            if (!type.holds(largest(some, count))) {
                return Optional.of(from + indexOfFirst(some));
            }
        }
        return Optional.empty();
    }

    /** Without their signs, bits are in the order of the values, and those of NaN the largest. */
    private static float largest(float[] values, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & MAGNITUDE);
        }
        return Float.intBitsToFloat(largest);
    }

    private int indexOfFirst(float[] values) {
        int index = 0;
        while (type.holds(values[index])) {
            index++;
        }
        return index;
    }

    /** Returns what is wrong with a value that cannot be stored. */
    String rule(float value) {
        return Float.isFinite(value)
                ? "activation beyond the range of its type, float32 holds it: largest="
                        + type.largest()
                        + ", "
                : "activation is not finite: ";
    }
}
