package org.lexicographer.activation.stage;

import java.util.Optional;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

/**
 * Finds activations that are not finite, or would not be in the type that they are stored in. Reads
 * each value once more than narrowing does, in a loop that the JVM vectorises.
 *
 * @param type the type that they are stored in
 */
record FiniteCheck(ActivationType type) {

    /** Returns the index of the first value that is not finite once it is stored. */
    Optional<Integer> firstFault(float[] values) {
        float largest = 0;
        for (float value : values) {
            // Math.max is NaN as soon as one value is.
            largest = Math.max(largest, Math.abs(value));
        }
        return type.holds(largest) ? Optional.empty() : Optional.of(indexOfFirst(values));
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
