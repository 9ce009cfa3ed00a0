package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** How an attention module makes queries, keys and values of its input. */
public sealed interface HeadProjection {

    /** Returns the heads of an input (B, T, D), views in its manager. */
    Heads project(NDArray input);

    /**
     * One linear map for all three, head by head: the first head's query, key and value, then the
     * second's.
     *
     * @param linear from D to H * 3 * E
     * @param heads H
     */
    record HeadByHead(Linear linear, int heads) implements HeadProjection {

        public HeadByHead {
            requireNonNull(linear, "linear is null");
        }

        @Override
        public Heads project(NDArray input) {
            Shape shape = input.getShape();
            NDArray parts =
                    linear.forward(input) // (B, T, H * 3 * E)
                            .reshape(shape.get(0), shape.get(1), heads, 3, -1)
                            .transpose(3, 0, 2, 1, 4); // (3, B, H, T, E)
            return new Heads(parts.get(0), parts.get(1), parts.get(2)); // (B, H, T, E) each
        }
    }
}
