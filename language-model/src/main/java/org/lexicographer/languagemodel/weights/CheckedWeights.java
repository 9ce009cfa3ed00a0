package org.lexicographer.languagemodel.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.program.Programs;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * Checks names, shapes and types of all of a folder's tensors before any is read: put a whole model
 * together from this, then ask {@link #requireNoneLeft}. The arrays have the right shapes, and one
 * element in memory.
 */
public final class CheckedWeights implements Weights {

    private static final int MAX_NAMES_IN_MESSAGE = 8;

    private final TensorSource tensors;
    private final NDArray element;
    private final TreeSet<String> left;
    private final TreeSet<String> taken = new TreeSet<>();

    /** Creates a check whose arrays belong to the scope. */
    public CheckedWeights(TensorSource tensors, NDManager scope) {
        this.tensors = tensors;
        this.element = scope.create(0f); // ()
        this.left = new TreeSet<>(tensors.names());
    }

    @Override
    public boolean has(String name) {
        return tensors.names().contains(name);
    }

    @Override
    public Programs programs() {
        return Programs.NONE;
    }

    @Override
    public Weights inFloat32() {
        return this;
    }

    @Override
    public NDArray take(String name, long... shape) {
        TensorShapes.require(tensors, name, shape);
        Widening.requireType(tensors.entry(name));
        left.remove(name);
        taken.add(name);
        return element.broadcast(new Shape(shape)); // shape
    }

    @Override
    public RowTable table(String name, long rows, long width) {
        return new RowTable.Whole(take(name, rows, width)); // (rows, width)
    }

    /** Returns how many elements everything that was taken has. */
    public long elements() {
        return taken.stream().mapToLong(name -> tensors.entry(name).elements()).sum();
    }

    /**
     * Checks that every tensor has been taken.
     *
     * @param ignored which tensors may be left, such as buffers that older folders carry
     */
    public void requireNoneLeft(Predicate<String> ignored) {
        List<String> unexpected = left.stream().filter(ignored.negate()).toList();
        if (!unexpected.isEmpty()) {
            throw new InvalidModelException(
                    "model has tensors that its family does not know: count=%d, tensors=%s"
                            .formatted(
                                    unexpected.size(),
                                    unexpected.stream().limit(MAX_NAMES_IN_MESSAGE).toList()));
        }
    }
}
