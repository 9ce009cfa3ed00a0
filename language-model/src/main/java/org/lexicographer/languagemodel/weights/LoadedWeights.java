package org.lexicographer.languagemodel.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import org.lexicographer.languagemodel.program.Programs;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * A folder's tensors, made float32 or bfloat16 when they are first taken; the arrays are the
 * owner's. A tensor that is taken twice, such as tied embeddings, is one array.
 */
public final class LoadedWeights implements Weights {

    private final TensorSource tensors;
    private final NDManager owner;
    private final Programs programs;
    private final Map<String, NDArray> taken = new HashMap<>();

    /**
     * Creates a view of the tensors whose arrays will belong to the owner.
     *
     * @param programs decide whether they are bfloat16
     */
    public LoadedWeights(TensorSource tensors, NDManager owner, Programs programs) {
        this.tensors = tensors;
        this.owner = owner;
        this.programs = programs;
    }

    @Override
    public boolean has(String name) {
        return tensors.names().contains(name);
    }

    @Override
    public Programs programs() {
        return programs;
    }

    @Override
    public Weights inFloat32() {
        return bfloat16().isEmpty()
                ? this
                : new WithTablesOf(this, new LoadedWeights(tensors, owner, Programs.NONE));
    }

    @Override
    public NDArray take(String name, long... shape) {
        TensorShapes.require(tensors, name, shape);
        return taken.computeIfAbsent(name, this::load); // shape
    }

    @Override
    public RowTable table(String name, long rows, long width) {
        NDArray weight = take(name, rows, width); // (rows, width)
        return bfloat16().isPresent()
                ? new RowTable.Narrow(weight, bfloat16().get())
                : new RowTable.Whole(weight);
    }

    private NDArray load(String name) {
        if (bfloat16().isEmpty()) {
            return Widening.widened(tensors, name, owner); // as stored
        }
        try (NDManager scope = owner.newSubManager()) {
            return bfloat16()
                    .get()
                    .narrowed(Widening.widened(tensors, name, scope), owner); // as stored
        }
    }

    /** Float32 beside tables that are there already, which give float32 tiles as they are. */
    private record WithTablesOf(Weights others, Weights wide) implements Weights {

        @Override
        public boolean has(String name) {
            return wide.has(name);
        }

        @Override
        public Programs programs() {
            return wide.programs();
        }

        @Override
        public Weights inFloat32() {
            return this;
        }

        @Override
        public NDArray take(String name, long... shape) {
            return wide.take(name, shape); // shape
        }

        @Override
        public RowTable table(String name, long rows, long width) {
            return others.table(name, rows, width);
        }
    }
}
