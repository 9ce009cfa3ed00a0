package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * y = x W^T + b.
 *
 * @param weight W, (out, in)
 * @param bias b, (out)
 */
public record Linear(NDArray weight, Optional<NDArray> bias) {

    public Linear {
        requireNonNull(weight, "weight is null");
        requireNonNull(bias, "bias is null");
    }

    /**
     * Takes {@code weight} (out, in), and {@code bias} (out) where there is one, under a prefix.
     */
    public static Linear take(Weights weights, String prefix, long in, long out, boolean bias) {
        return new Linear(
                weights.take(prefix + ".weight", out, in), // (out, in)
                bias
                        ? Optional.of(weights.take(prefix + ".bias", out)) // (out)
                        : Optional.empty());
    }

    /** Takes {@code weight}, stored as (in, out), and {@code bias} (out) under a prefix. */
    public static Linear takeTransposed(Weights weights, String prefix, long in, long out) {
        return new Linear(
                weights.take(prefix + ".weight", in, out).transpose(), // (out, in), a view
                Optional.of(weights.take(prefix + ".bias", out))); // (out)
    }

    /** Returns y (..., out) for x (..., in), in the manager of x. */
    public NDArray forward(NDArray input) {
        return input.getNDArrayInternal()
                .linear(input, weight, bias.orElse(null))
                .singletonOrThrow(); // (..., out)
    }
}
