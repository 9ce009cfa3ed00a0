package org.lexicographer.languagemodel.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * A folder's tensors, widened to float32 when they are first taken; the arrays are the owner's. A
 * tensor that is taken twice, such as tied embeddings, is one array.
 */
public final class LoadedWeights implements Weights {

    private final TensorSource tensors;
    private final NDManager owner;
    private final Map<String, NDArray> taken = new HashMap<>();

    /** Creates a view of the tensors whose arrays will belong to the owner. */
    public LoadedWeights(TensorSource tensors, NDManager owner) {
        this.tensors = tensors;
        this.owner = owner;
    }

    @Override
    public boolean has(String name) {
        return tensors.names().contains(name);
    }

    @Override
    public NDArray take(String name, long... shape) {
        TensorShapes.require(tensors, name, shape);
        return taken.computeIfAbsent(name, this::load); // shape
    }

    @Override
    public RowTable table(String name, long rows, long width) {
        return new RowTable.Whole(take(name, rows, width)); // (rows, width)
    }

    private NDArray load(String name) {
        return Widening.widened(tensors, name, owner); // as stored
    }
}
