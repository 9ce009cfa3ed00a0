package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;

/**
 * A table with one row per token.
 *
 * @param weight (V, D)
 */
public record TokenEmbedding(NDArray weight) {

    public TokenEmbedding {
        requireNonNull(weight, "weight is null");
    }

    /** Returns the rows (B, T, D) of token ids (B, T) int64, in the manager of the ids. */
    public NDArray forward(NDArray tokens) {
        return tokens.getNDArrayInternal()
                .embedding(tokens, weight, SparseFormat.DENSE)
                .singletonOrThrow(); // (B, T, D)
    }
}
