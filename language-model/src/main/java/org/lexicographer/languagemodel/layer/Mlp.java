package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/**
 * Two linear maps with a nonlinearity between them.
 *
 * @param up from D to the hidden width
 * @param function the nonlinearity
 * @param down from the hidden width to D
 */
public record Mlp(Linear up, ActivationFunction function, Linear down) {

    public Mlp {
        requireNonNull(up, "up is null");
        requireNonNull(function, "function is null");
        requireNonNull(down, "down is null");
    }

    /** Returns the module's output (B, T, D) for its input (B, T, D), in the input's manager. */
    public NDArray forward(NDArray input) {
        return down.forward(function.apply(up.forward(input))); // (B, T, D)
    }
}
