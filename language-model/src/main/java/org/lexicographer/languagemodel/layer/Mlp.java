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

    /** Returns the neurons (B, T, M) for the module's input (B, T, D), in the input's manager. */
    public NDArray hidden(NDArray input) {
        return function.apply(up.forward(input)); // (B, T, M)
    }

    /** Returns the module's output (B, T, D) for its neurons (B, T, M), in their manager. */
    public NDArray output(NDArray hidden) {
        return down.forward(hidden); // (B, T, D)
    }
}
