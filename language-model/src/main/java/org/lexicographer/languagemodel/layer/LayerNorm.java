package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/**
 * y = (x - mean(x)) / sqrt(var(x) + epsilon) * weight + bias over the last dimension (<a
 * href="https://arxiv.org/abs/1607.06450">Ba, Kiros, Hinton 2016</a>).
 *
 * @param weight (D)
 * @param bias (D)
 * @param epsilon keeps the division finite
 */
public record LayerNorm(NDArray weight, NDArray bias, float epsilon) {

    public LayerNorm {
        requireNonNull(weight, "weight is null");
        requireNonNull(bias, "bias is null");
    }

    /** Returns y (..., D) for x (..., D), in the manager of x. */
    public NDArray forward(NDArray input) {
        return input.getNDArrayInternal()
                .layerNorm(input, weight.getShape(), weight, bias, epsilon)
                .singletonOrThrow(); // (..., D)
    }
}
