package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.function.UnaryOperator;
import org.lexicographer.languagemodel.forward.Transformer.Unembedding;

/**
 * The products of a normalized stream with a table of one row per token.
 *
 * @param finalNorm a function of the stream (..., D), in its manager
 * @param weight (V, D)
 */
public record TokenUnembedding(UnaryOperator<NDArray> finalNorm, NDArray weight)
        implements Unembedding {

    public TokenUnembedding {
        requireNonNull(finalNorm, "finalNorm is null");
        requireNonNull(weight, "weight is null");
    }

    @Override
    public NDArray normalize(NDArray stream) {
        return finalNorm.apply(stream); // (..., D)
    }

    @Override
    public NDArray logits(NDArray normalized, int from, int to) {
        NDIndex range = new NDIndex("%d:%d".formatted(from, to));
        try (NDArray rows = weight.get(range)) { // (to - from, D)
            return normalized
                    .getNDArrayInternal()
                    .linear(normalized, rows, null)
                    .singletonOrThrow(); // (..., to - from)
        }
    }
}
