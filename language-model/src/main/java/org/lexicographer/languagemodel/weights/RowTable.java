package org.lexicographer.languagemodel.weights;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.SparseFormat;
import org.lexicographer.languagemodel.program.Bfloat16;

/** A table (V, D) with one row per token, which need not be in memory as a whole. */
public interface RowTable {

    /**
     * Returns the rows (..., D) of token ids (...) int64, in the manager of the ids and the type
     * that blocks compute in.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when a value of theirs
     *     is not finite
     */
    NDArray rows(NDArray tokens);

    /**
     * Returns the rows (to - from, D) as float32, which last until the scope is closed.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when a value of theirs
     *     is not finite
     */
    NDArray rows(int from, int to, NDManager scope);

    /**
     * A table in memory, as float32.
     *
     * @param weight (V, D)
     */
    record Whole(NDArray weight) implements RowTable {

        public Whole {
            requireNonNull(weight, "weight is null");
        }

        @Override
        public NDArray rows(NDArray tokens) {
            return tokens.getNDArrayInternal()
                    .embedding(tokens, weight, SparseFormat.DENSE)
                    .singletonOrThrow(); // (..., D)
        }

        @Override
        public NDArray rows(int from, int to, NDManager scope) {
            NDArray rows = weight.get(new NDIndex("%d:%d".formatted(from, to))); // (to - from, D)
            rows.attach(scope);
            return rows;
        }
    }

    /**
     * A table in memory, as bfloat16.
     *
     * @param weight (V, D)
     */
    record Narrow(NDArray weight, Bfloat16 bfloat16) implements RowTable {

        public Narrow {
            requireNonNull(weight, "weight is null");
            requireNonNull(bfloat16, "bfloat16 is null");
        }

        @Override
        public NDArray rows(NDArray tokens) {
            return new Whole(weight).rows(tokens); // (..., D)
        }

        @Override
        public NDArray rows(int from, int to, NDManager scope) {
            try (NDArray rows = new Whole(weight).rows(from, to, scope)) { // (to - from, D)
                return bfloat16.widened(rows, weight.getDevice(), scope); // (to - from, D)
            }
        }
    }
}
