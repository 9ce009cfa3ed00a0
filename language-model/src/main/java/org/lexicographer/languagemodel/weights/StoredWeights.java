package org.lexicographer.languagemodel.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.program.Programs;
import org.lexicographer.languagemodel.weights.WidenedRows.Rows;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * A folder's tensors, which stay as they are stored, in the mapped files, and are widened to
 * float32 for the time of their use. Threads may share one.
 */
public final class StoredWeights {

    private final TensorSource tensors;
    private final NDManager owner;
    private final Programs programs;
    private final WidenedRows widened;

    /**
     * Creates a view of the tensors, which must stay open.
     *
     * @param owner of the arrays in memory
     * @param programs where parts compute in bfloat16, what is widened is rounded for the time of
     *     its use
     * @param budget how many bytes stay widened that nobody uses
     */
    public StoredWeights(TensorSource tensors, NDManager owner, Programs programs, long budget) {
        this.tensors = tensors;
        this.owner = owner;
        this.programs = programs;
        this.widened = new WidenedRows(tensors, owner, budget);
    }

    /** Returns the weights of a part that is used until the scope is closed. */
    public Weights within(NDManager scope) {
        return new Part(scope, programs);
    }

    /** Returns the weights of a part that is used as long as the owner is open. */
    public Weights throughout() {
        return within(owner);
    }

    /** Returns what parts compute with where they do in bfloat16. */
    public Optional<Bfloat16> bfloat16() {
        return programs.bfloat16();
    }

    /** Returns how often tensors, or rows of them, have been widened for a part. */
    public long widenings() {
        return widened.widenings();
    }

    /** Returns how many bytes are in memory, those in use included. */
    public long bytes() {
        return widened.bytes();
    }

    /** What one part takes, as float32 or bfloat16. */
    private final class Part implements Weights {
        private final NDManager scope;
        private final Programs own;

        Part(NDManager scope, Programs own) {
            this.scope = scope;
            this.own = own;
        }

        @Override
        public boolean has(String name) {
            return tensors.names().contains(name);
        }

        @Override
        public Programs programs() {
            return own;
        }

        @Override
        public Weights inFloat32() {
            return new Part(scope, Programs.NONE);
        }

        @Override
        public NDArray take(String name, long... shape) {
            TensorShapes.require(tensors, name, shape);
            NDArray wide = widened.lease(new Rows(name, 0, new Shape(shape)), scope); // shape
            return bfloat16().map(it -> it.narrowed(wide, scope)).orElse(wide); // shape
        }

        @Override
        public RowTable table(String name, long rows, long width) {
            TensorShapes.require(tensors, name, rows, width);
            return new Table(name, width);
        }
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
                NDArray wide = gathered.reshape(tokens.getShape().add(width)); // (..., D)
                return programs.bfloat16().map(it -> narrowed(wide, it)).orElse(wide); // (..., D)
            }
        }

        private static NDArray rounded(NDArray wide, Bfloat16 bfloat16, NDManager scope) {
            try (NDArray narrow = bfloat16.narrowed(wide, scope)) { // (to - from, D)
                return bfloat16.widened(narrow, wide.getDevice(), scope); // (to - from, D)
            }
        }

        /** Returns a copy, because what a program returns must not be changed in place. */
        private static NDArray narrowed(NDArray wide, Bfloat16 bfloat16) {
            try (wide;
                    NDArray narrow = bfloat16.narrowed(wide, wide.getManager())) { // (..., D)
                return narrow.duplicate(); // (..., D)
            }
        }

        @Override
        public NDArray rows(int from, int to, NDManager scope) {
            NDArray wide =
                    widened.lease(
                            new Rows(name, from, new Shape(to - from, width)),
                            scope); // (to - from, D)
            return programs.bfloat16()
                    .map(it -> rounded(wide, it, scope))
                    .orElse(wide); // (to - from, D)
        }
    }
}
