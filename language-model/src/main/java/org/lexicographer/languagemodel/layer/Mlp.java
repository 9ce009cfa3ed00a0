package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/** Linear maps with a nonlinearity between them. */
public sealed interface Mlp {

    /** Returns the neurons (B, T, M) for the module's input (B, T, D), in the input's manager. */
    NDArray hidden(NDArray input);

    /** Returns the last linear map, from the neurons to D. */
    Linear down();

    /** Returns the module's output (B, T, D) for its neurons (B, T, M), in their manager. */
    default NDArray output(NDArray hidden) {
        return down().forward(hidden); // (B, T, D)
    }

    /**
     * down(f(up(x))).
     *
     * @param up from D to M
     * @param function f, of each neuron
     */
    record Plain(Linear up, ActivationFunction function, Linear down) implements Mlp {

        public Plain {
            requireNonNull(up, "up is null");
            requireNonNull(function, "function is null");
            requireNonNull(down, "down is null");
        }

        @Override
        public NDArray hidden(NDArray input) {
            return up.forward(input, function); // (B, T, M)
        }
    }

    /**
     * down(f(gate(x)) * up(x)) (<a href="https://arxiv.org/abs/2002.05202">Shazeer 2020</a>).
     *
     * @param gate from D to M
     * @param up from D to M
     * @param function f, of each gate
     */
    record Gated(Linear gate, Linear up, ActivationFunction function, Linear down) implements Mlp {

        public Gated {
            requireNonNull(gate, "gate is null");
            requireNonNull(up, "up is null");
            requireNonNull(function, "function is null");
            requireNonNull(down, "down is null");
        }

        @Override
        public NDArray hidden(NDArray input) {
            return gate.multiply(up.forward(input), input, function); // (B, T, M)
        }
    }
}
