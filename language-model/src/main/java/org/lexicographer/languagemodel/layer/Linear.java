package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

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

    /** Returns y (..., out) for x (..., in), in the manager of x. */
    public NDArray forward(NDArray input) {
        return input.getNDArrayInternal()
                .linear(input, weight, bias.orElse(null))
                .singletonOrThrow(); // (..., out)
    }
}
