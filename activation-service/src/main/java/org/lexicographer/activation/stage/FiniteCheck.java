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

    /** The smallest float32 that rounds to infinity in float16; the largest float16 is 65504. */
    private static final float FLOAT16_OVERFLOW = 65520f;

    /** Returns the index of the first value that is not finite once it is stored. */
    Optional<Integer> firstFault(float[] values) {
        float largest = 0;
        for (float value : values) {
            // Math.max is NaN as soon as one value is.
            largest = Math.max(largest, Math.abs(value));
        }
        return staysFinite(largest) ? Optional.empty() : Optional.of(indexOfFirst(values));
    }

    private int indexOfFirst(float[] values) {
        int index = 0;
        while (staysFinite(Math.abs(values[index]))) {
            index++;
        }
        return index;
    }

    private boolean staysFinite(float magnitude) {
        return switch (type) {
            case FLOAT32 -> magnitude <= Float.MAX_VALUE;
            case FLOAT16 -> magnitude < FLOAT16_OVERFLOW;
        };
    }

    /** Returns what is wrong with a value that cannot be stored. */
    String rule(float value) {
        return Float.isFinite(value)
                ? "activation beyond the range of its type, float32 holds it: largest="
                        + largest()
                        + ", "
                : "activation is not finite: ";
    }

    private float largest() {
        return switch (type) {
            case FLOAT32 -> Float.MAX_VALUE;
            case FLOAT16 -> Float.float16ToFloat((short) 0x7bff);
        };
    }
}
