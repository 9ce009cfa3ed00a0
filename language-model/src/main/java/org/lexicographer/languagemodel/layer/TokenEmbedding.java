package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import org.lexicographer.languagemodel.weights.RowTable;

/**
 * A table with one row per token.
 *
 * @param table (V, D)
 */
public record TokenEmbedding(RowTable table) {

    public TokenEmbedding {
        requireNonNull(table, "table is null");
    }

    /** Returns the rows (B, T, D) of token ids (B, T) int64, in the manager of the ids. */
    public NDArray forward(NDArray tokens) {
        return table.rows(tokens); // (B, T, D)
    }
}
