package org.lexicographer.eval.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.dictionary.Dictionary;

/**
 * Encodes the rows of a batch, as many at a time as there is room for: the same rows together
 * whoever wants their latents, so that these are the same bits.
 */
public final class EncodedParts {

    /** How many latents are in memory at a time: 16 MiB of float32. */
    private static final long LATENTS_AT_A_TIME = 1L << 22;

    private final Dictionary dictionary;
    private final Optional<SparseEncoder> sparse;

    /** Encodes with a dictionary, which stays the caller's. */
    public EncodedParts(Dictionary dictionary) {
        this.dictionary = dictionary;
        this.sparse = SparseEncoder.of(dictionary);
    }

    /** Is shown one part after the other. */
    public interface Visitor {

        /**
         * Takes a part.
         *
         * @param rows which rows of the batch
         * @param active the latents that are not 0
         * @param all returns all latents (n, F), for the caller to close
         */
        void part(NDIndex rows, SparseRows active, Supplier<NDArray> all);
    }

    /**
     * Encodes a batch; what the visitor does not keep is not in memory any more.
     *
     * @param batch (N, D), which stays the caller's
     */
    public void visit(NDArray batch, Visitor visitor) {
        long rows = batch.getShape().get(0);
        long width = Math.max(dictionary.dictionarySize(), dictionary.outputDim());
        long step = Math.max(1, LATENTS_AT_A_TIME / width);
        for (long start = 0; start < rows; start += step) {
            NDIndex part = new NDIndex("%d:%d".formatted(start, Math.min(rows, start + step)));
            try (NDArray some = batch.get(part)) { // (n, D)
                visit(part, some, visitor);
            }
        }
    }

    private void visit(NDIndex rows, NDArray activations, Visitor visitor) {
        if (sparse.isPresent()) {
            SparseRows active = sparse.get().encode(activations);
            NDManager manager = activations.getManager();
            visitor.part(rows, active, () -> active.dense(manager, dictionary.dictionarySize()));
            return;
        }
        try (NDArray latents = dictionary.encode(activations)) { // (n, F)
            SparseRows active = SparseRows.of(latents);
            visitor.part(rows, active, latents::duplicate); // (n, F)
        }
    }
}
