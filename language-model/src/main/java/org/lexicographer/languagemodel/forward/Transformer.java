package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.lexicographer.languagemodel.kernel.DivergenceKernel;
import org.lexicographer.languagemodel.kernel.LossKernel;

/** A language model's parts. Threads may share one. */
public interface Transformer extends Layers {

    /** How many tokens' logits are computed at a time, whatever of the table is in memory. */
    int VOCABULARY_TILE = 8192;

    /** Turns token ids into the start of the residual stream. */
    interface Embedding {
        /**
         * Returns the embeddings (B, T, D) of token ids (B, T) int64, in the manager of the ids and
         * the type that blocks compute in.
         */
        NDArray embed(NDArray tokens, Positions positions);
    }

    /**
     * Turns the end of the residual stream into logits, for any range of tokens, so that logits of
     * a large vocabulary need never be in memory all at once. All of it is float32, whatever blocks
     * compute in.
     */
    interface Unembedding {
        /** Returns the stream (..., D) after the final norm, in the manager of the stream. */
        NDArray normalize(NDArray stream);

        /**
         * Returns the logits (..., to - from) of the tokens {@code from} to {@code to}, the latter
         * excluded, in the manager of the argument.
         *
         * @param normalized a stream (..., D) after the final norm
         */
        NDArray logits(NDArray normalized, int from, int to);

        /**
         * Returns vectors (..., D) times the final norm's weights, in their manager: what the norm
         * does to a direction, up to the scale that depends on the stream, and to the mean that a
         * layer norm takes away.
         */
        NDArray weigh(NDArray vectors);

        /**
         * Returns the products (..., to - from) of vectors with the rows of the tokens {@code from}
         * to {@code to}, the latter excluded, in the manager of the vectors: no norm, no bound.
         *
         * @param vectors (..., D)
         */
        NDArray products(NDArray vectors, int from, int to);

        /** Begins the loss of targets (N) under a stream (N, D) after the final norm, on a CPU. */
        LossKernel loss(NDArray normalized, long[] targets);

        /**
         * Begins the comparison of other streams with an original, all (N, D) after the final norm,
         * on a CPU.
         *
         * @param targets N, -1 where there is none
         */
        DivergenceKernel divergences(NDArray original, List<NDArray> others, long[] targets);

        /**
         * Adds the logits of the tokens {@code from} to {@code to}, the latter excluded, to a
         * comparison.
         *
         * @param scope of what is needed meanwhile
         */
        void addTo(DivergenceKernel divergences, int from, int to, NDManager scope);

        /**
         * Adds the logits of the tokens {@code from} to {@code to}, the latter excluded, to a loss.
         *
         * @param scope of what is needed meanwhile
         */
        void addTo(LossKernel loss, int from, int to, NDManager scope);
    }

    /** Tells whether all weights are in memory, so that no layer is ever made anew. */
    boolean isInMemory();

    /** Returns the start of the residual stream, whose weights are where the first layer is. */
    Embedding embedding();

    /** Returns the end of the residual stream, whose weights are where the last layer is. */
    Unembedding unembedding();

    /**
     * Returns the logits (..., V) of the end of the residual stream (..., D), in its manager and on
     * that manager's device.
     */
    default NDArray logits(NDArray stream) {
        NDManager results = stream.getManager();
        try (NDManager scope = results.newSubManager()) {
            NDArray normalized = unembedding().normalize(stream); // (..., D)
            normalized.attach(scope);
            NDList tiles = new NDList();
            int size = size().vocabularySize();
            for (int from = 0; from < size; from += VOCABULARY_TILE) {
                int to = Math.min(size, from + VOCABULARY_TILE);
                tiles.add(unembedding().logits(normalized, from, to)); // (..., to - from)
            }
            NDArray logits =
                    tiles.size() == 1 ? tiles.head() : NDArrays.concat(tiles, -1); // (..., V)
            NDArray home = Views.on(results.getDevice(), logits, results); // (..., V)
            home.attach(results);
            return home;
        }
    }
}
