package org.lexicographer.languagemodel.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.safetensors.TensorEntry;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * A folder's tensors, taken one by one: each must be there in the expected shape, and in the end
 * none may be left. All become float32.
 */
public final class ModelWeights {

    private static final int MAX_NAMES_IN_MESSAGE = 8;

    private final TensorSource tensors;
    private final NDManager owner;
    private final TreeSet<String> left;

    /** Creates a view of the tensors whose arrays will belong to the owner. */
    public ModelWeights(TensorSource tensors, NDManager owner) {
        this.tensors = tensors;
        this.owner = owner;
        this.left = new TreeSet<>(tensors.names());
    }

    /** Returns the manager of the arrays. */
    public NDManager owner() {
        return owner;
    }

    /** Tells whether there is such a tensor. */
    public boolean has(String name) {
        return tensors.names().contains(name);
    }

    /**
     * Returns a tensor.
     *
     * @throws InvalidModelException when it is missing, has another shape, or a value that is not
     *     finite
     */
    public NDArray take(String name, long... shape) {
        if (!has(name)) {
            throw new InvalidModelException(
                    "model lacks a tensor: tensor=%s, expected shape=%s"
                            .formatted(name, Arrays.toString(shape)));
        }
        TensorEntry entry = tensors.entry(name);
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!entry.shape().equals(expected)) {
            throw new InvalidModelException(
                    "tensor shape mismatch: expected=%s, found=%s, tensor=%s"
                            .formatted(expected, entry.shape(), name));
        }
        left.remove(name);
        return owner.create(finite(tensors.floats(name), name), new Shape(shape)); // shape
    }

    private static float[] finite(float[] values, String name) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidModelException(
                        "weight is not finite: tensor=%s, element=%d, found=%s"
                                .formatted(name, i, values[i]));
            }
        }
        return values;
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
