package org.lexicographer.languagemodel.forward;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A language model's parts, as a family put them together.
 *
 * @param size the dimensions
 * @param embedding the start of the residual stream
 * @param blocks one per layer
 * @param unembedding the end of the residual stream
 */
public record Transformer(
        ModelSize size, Embedding embedding, List<Block> blocks, Unembedding unembedding) {

    /** Turns token ids into the start of the residual stream. */
    public interface Embedding {
        /**
         * Returns the embeddings (B, T, D) of token ids (B, T) int64, in the manager of the ids.
         */
        NDArray embed(NDArray tokens, Positions positions);
    }

    /**
     * Turns the end of the residual stream into logits, for any range of tokens, so that logits of
     * a large vocabulary need never be in memory all at once.
     */
    public interface Unembedding {
        /** Returns the stream (..., D) after the final norm, in the manager of the stream. */
        NDArray normalize(NDArray stream);

        /**
         * Returns the logits (..., to - from) of the tokens {@code from} to {@code to}, the latter
         * excluded, in the manager of the argument.
         *
         * @param normalized a stream (..., D) after the final norm
         */
        NDArray logits(NDArray normalized, int from, int to);
    }

    /** Checks that there is one block per layer. */
    public Transformer {
        requireNonNull(embedding, "embedding is null");
        requireNonNull(unembedding, "unembedding is null");
        blocks = List.copyOf(blocks);
        if (blocks.size() != size.layers()) {
            throw new IllegalArgumentException(
                    "one block per layer: layers=%d, blocks=%d"
                            .formatted(size.layers(), blocks.size()));
        }
    }

    /** Returns the logits (..., V) of the end of the residual stream (..., D), in its manager. */
    public NDArray logits(NDArray stream) {
        return unembedding.logits(
                unembedding.normalize(stream), 0, size.vocabularySize()); // (..., V)
    }
}
