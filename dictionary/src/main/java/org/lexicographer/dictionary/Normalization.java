package org.lexicographer.dictionary;

/**
 * The numbers that activations were divided by for training.
 *
 * @param input the root of the mean squared norm of the activations that are read
 * @param target the same of the activations that are reconstructed; equal to {@code input} when
 *     these are the same
 */
public record Normalization(double input, double target) {

    /** Checks that both are finite and positive. */
    public Normalization {
        if (!positive(input) || !positive(target)) {
            throw new IllegalArgumentException(
                    "normalization must be finite and positive: input=%s, target=%s"
                            .formatted(input, target));
        }
    }

    private static boolean positive(double value) {
        return value > 0 && Double.isFinite(value);
    }
}
