package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.UnaryOperator;
import org.lexicographer.languagemodel.forward.Transformer.Unembedding;
import org.lexicographer.languagemodel.weights.RowTable;

/**
 * The products of a normalized stream with a table of one row per token.
 *
 * @param finalNorm a function of the stream (..., D), in its manager
 * @param table (V, D)
 */
public record TokenUnembedding(UnaryOperator<NDArray> finalNorm, RowTable table)
        implements Unembedding {

    public TokenUnembedding {
        requireNonNull(finalNorm, "finalNorm is null");
        requireNonNull(table, "table is null");
    }

    @Override
    public NDArray normalize(NDArray stream) {
        return finalNorm.apply(stream); // (..., D)
    }

    @Override
    public NDArray logits(NDArray normalized, int from, int to) {
        try (NDManager scope = normalized.getManager().newSubManager()) {
            return normalized
                    .getNDArrayInternal()
                    .linear(normalized, table.rows(from, to, scope), null)
                    .singletonOrThrow(); // (..., to - from)
        }
    }
}
