package org.lexicographer.languagemodel.layer;

import ai.djl.ndarray.NDArray;
import org.lexicographer.languagemodel.kernel.RowFunction;

/**
 * bound * tanh(x / bound): small values stay, none goes beyond the bound (<a
 * href="https://arxiv.org/abs/2408.00118">Gemma Team 2024, section 2</a>).
 *
 * @param bound positive
 */
public record SoftCap(double bound) {

    public SoftCap {
        if (!(bound > 0)) {
            throw new IllegalArgumentException("bound must be positive: bound=" + bound);
        }
    }

    /** Returns the cap for elements in the CPU's memory. */
    public RowFunction ofRows() {
        return RowFunction.capped(bound);
    }

    /** Returns the capped values, in the manager of the values, which are closed. */
    public NDArray apply(NDArray values) {
        try (values) {
            return values.divi(bound).tanh().muli(bound); // like values
        }
    }
}
