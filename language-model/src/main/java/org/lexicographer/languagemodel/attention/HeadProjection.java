package org.lexicographer.languagemodel.attention;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.lexicographer.languagemodel.layer.Linear;
import org.lexicographer.languagemodel.layer.Norm;

/** How an attention module makes queries, keys and values of its input. */
public sealed interface HeadProjection {

    /** Returns the heads of an input (B, T, D), in its manager. */
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

    /**
     * One linear map for all three: all heads' queries, then their keys, then their values.
     *
     * @param linear from D to 3 * H * E
     * @param heads H
     */
    record QueriesFirst(Linear linear, int heads) implements HeadProjection {

        public QueriesFirst {
            requireNonNull(linear, "linear is null");
        }

        @Override
        public Heads project(NDArray input) {
            Shape shape = input.getShape();
            NDArray parts =
                    linear.forward(input) // (B, T, 3 * H * E)
                            .reshape(shape.get(0), shape.get(1), 3, heads, -1)
                            .transpose(2, 0, 3, 1, 4); // (3, B, H, T, E)
            return new Heads(parts.get(0), parts.get(1), parts.get(2)); // (B, H, T, E) each
        }
    }

    /**
     * A linear map for each, of which keys and values may have fewer heads (<a
     * href="https://arxiv.org/abs/2305.13245">Ainslie et al. 2023</a>).
     *
     * @param query from D to H * E
     * @param key from D to G * E
     * @param value from D to G * E
     * @param headDim E
     * @param norms of each query and key; empty when they are taken as they are
     */
    record Separate(Linear query, Linear key, Linear value, int headDim, Optional<Norms> norms)
            implements HeadProjection {

        /** Norms over a head's E dimensions. */
        public record Norms(Norm query, Norm key) {

            public Norms {
                requireNonNull(query, "query is null");
                requireNonNull(key, "key is null");
            }
        }

        public Separate {
            requireNonNull(query, "query is null");
            requireNonNull(key, "key is null");
            requireNonNull(value, "value is null");
            requireNonNull(norms, "norms is null");
        }

        @Override
        public Heads project(NDArray input) {
            NDArray queries = split(query.forward(input)); // (B, T, H, E)
            NDArray keys = split(key.forward(input)); // (B, T, G, E)
            NDArray values = split(value.forward(input)); // (B, T, G, E)
            if (norms.isPresent()) {
                queries = norms.get().query().forward(queries); // (B, T, H, E)
                keys = norms.get().key().forward(keys); // (B, T, G, E)
            }
            return new Heads(
                    queries.transpose(0, 2, 1, 3), // (B, H, T, E)
                    keys.transpose(0, 2, 1, 3), // (B, G, T, E)
                    values.transpose(0, 2, 1, 3)); // (B, G, T, E)
        }

        private NDArray split(NDArray projected) {
            Shape shape = projected.getShape();
            return projected.reshape(shape.get(0), shape.get(1), -1, headDim); // (B, T, ..., E)
        }
    }
}
