package org.lexicographer.languagemodel.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.languagemodel.weights.WidenedRows.Rows;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * A folder's tensors, which stay as they are stored, in the mapped files, and are widened to
 * float32 for the time of their use. Threads may share one.
 */
public final class StoredWeights {

    private final TensorSource tensors;
    private final NDManager owner;
    private final WidenedRows widened;

    /**
     * Creates a view of the tensors, which must stay open.
     *
     * @param owner of the arrays in memory
     * @param budget how many bytes stay widened that nobody uses
     */
    public StoredWeights(TensorSource tensors, NDManager owner, long budget) {
        this.tensors = tensors;
        this.owner = owner;
        this.widened = new WidenedRows(tensors, owner, budget);
    }

    /** Returns the weights of a part that is used until the scope is closed. */
    public Weights within(NDManager scope) {
        return new Weights() {
            @Override
            public boolean has(String name) {
                return tensors.names().contains(name);
            }

            @Override
            public NDArray take(String name, long... shape) {
                TensorShapes.require(tensors, name, shape);
                return widened.lease(new Rows(name, 0, new Shape(shape)), scope); // shape
            }

            @Override
            public RowTable table(String name, long rows, long width) {
                TensorShapes.require(tensors, name, rows, width);
                return new Table(name, width);
            }
        };
    }

    /** Returns the weights of a part that is used as long as the owner is open. */
    public Weights throughout() {
        return within(owner);
    }

    /** Returns how often tensors, or rows of them, have been widened for a part. */
    public long widenings() {
        return widened.widenings();
    }

    /** Returns how many bytes are in memory, those in use included. */
    public long bytes() {
        return widened.bytes();
    }

    /** A table of which no more is widened than is asked for. */
    private final class Table implements RowTable {
        private final String name;
        private final long width;

        Table(String name, long width) {
            this.name = name;
            this.width = width;
        }

        @Override
        public NDArray rows(NDArray tokens) {
            NDArray gathered =
                    Widening.gathered(
                            tensors, name, tokens.toLongArray(), tokens.getManager()); // (N, D)
            try (gathered) {
                return gathered.reshape(tokens.getShape().add(width)); // (..., D)
            }
        }

        @Override
        public NDArray rows(int from, int to, NDManager scope) {
            return widened.lease(
                    new Rows(name, from, new Shape(to - from, width)), scope); // (to - from, D)
        }
    }
}
