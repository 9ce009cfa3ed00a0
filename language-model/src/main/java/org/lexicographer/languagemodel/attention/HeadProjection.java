package org.lexicographer.languagemodel.attention;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.lexicographer.languagemodel.kernel.AttentionKernel.HeadColumns;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Input;
import org.lexicographer.languagemodel.layer.Linear;
import org.lexicographer.languagemodel.layer.Norm;

/** How an attention module makes queries, keys and values of its input. */
public sealed interface HeadProjection {

    /** Returns the heads of an input (B, T, D), in its manager, not turned. */
    Input project(NDArray input);

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
        public Input project(NDArray input) {
            NDArray parts = linear.forward(input); // (B, T, H * 3 * E)
            int headDim = Math.toIntExact(linear.weight().rows() / heads / 3);
            return Input.of(
                    new HeadColumns(parts, heads, 0, 3 * headDim),
                    new HeadColumns(parts, heads, headDim, 3 * headDim),
                    new HeadColumns(parts, heads, 2 * headDim, 3 * headDim),
                    headDim);
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
        public Input project(NDArray input) {
            NDArray parts = linear.forward(input); // (B, T, 3 * H * E)
            int width = Math.toIntExact(linear.weight().rows() / 3);
            int headDim = width / heads;
            return Input.of(
                    new HeadColumns(parts, heads, 0, headDim),
                    new HeadColumns(parts, heads, width, headDim),
                    new HeadColumns(parts, heads, 2 * width, headDim),
                    headDim);
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
        public Input project(NDArray input) {
            NDArray queries = query.forward(input); // (B, T, H * E)
            NDArray keys = key.forward(input); // (B, T, G * E)
            if (norms.isPresent()) {
                queries = normalized(queries, norms.get().query()); // (B, T, H * E)
                keys = normalized(keys, norms.get().key()); // (B, T, G * E)
            }
            return Input.of(
                    columns(queries), columns(keys), columns(value.forward(input)), headDim);
        }

        private NDArray normalized(NDArray projected, Norm norm) {
            Shape shape = projected.getShape();
            return norm.forward(projected.reshape(shape.get(0), shape.get(1), -1, headDim))
                    .reshape(shape); // (B, T, ... * E)
        }

        private HeadColumns columns(NDArray projected) {
            int count = Math.toIntExact(projected.getShape().get(2) / headDim);
            return new HeadColumns(projected, count, 0, headDim);
        }
    }
}
