package org.lexicographer.trainer.recipe.update;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.lexicographer.dictionary.HostMemory;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * One trained array with its Adam moments, all float32 and changed in place.
 *
 * @param name what it is called in a checkpoint
 * @param value the weights
 * @param firstMoment the running mean of gradients, like {@code value}
 * @param secondMoment the running mean of squared gradients, like {@code value}
 */
public record Parameter(String name, NDArray value, NDArray firstMoment, NDArray secondMoment) {

    private static final String FIRST = ".firstMoment";
    private static final String SECOND = ".secondMoment";

    /** Returns a parameter with the given weights and moments of 0; the manager owns its arrays. */
    public static Parameter of(NDManager manager, String name, float[] values, Shape shape) {
        Parameter parameter =
                new Parameter(
                        name,
                        manager.zeros(shape, DataType.FLOAT32), // like shape
                        manager.zeros(shape, DataType.FLOAT32), // like shape
                        manager.zeros(shape, DataType.FLOAT32)); // like shape
        write(parameter.value, values);
        return parameter;
    }

    /**
     * Changes the elements of an array where they are. On the CPU kernels look at this memory, and
     * {@link NDArray#set} and {@link NDArray#copyTo} would move the array elsewhere.
     *
     * @throws IllegalArgumentException when there are not as many values as elements
     */
    public static void write(NDArray array, float[] values) {
        if (array.size() != values.length) {
            throw new IllegalArgumentException(
                    "values mismatch: expected=%s, found=%d"
                            .formatted(array.getShape(), values.length));
        }
        if (array.getDevice().isGpu()) {
            array.set(values);
        } else {
            array.toByteBuffer(true).asFloatBuffer().put(values);
        }
    }

    /** Adds the weights and moments to a checkpoint, under names that start with the prefix. */
    public void save(SafetensorsWriter writer, String prefix) {
        add(writer, prefix + name, value);
        add(writer, prefix + name + FIRST, firstMoment);
        add(writer, prefix + name + SECOND, secondMoment);
    }

    /**
     * Takes over what {@link #save} added.
     *
     * @throws IllegalArgumentException when a tensor has another shape
     */
    public void restore(TensorSource tensors, String prefix) {
        fill(value, tensors, prefix + name);
        fill(firstMoment, tensors, prefix + name + FIRST);
        fill(secondMoment, tensors, prefix + name + SECOND);
    }

    /** Adds an array to a checkpoint. */
    public static void add(SafetensorsWriter writer, String name, NDArray array) {
        writer.add(name, SafetensorsType.F32, shape(array), HostMemory.bytes(array));
    }

    /**
     * Fills an array from a checkpoint.
     *
     * @throws IllegalArgumentException when the tensor has another shape
     */
    public static void fill(NDArray array, TensorSource tensors, String name) {
        List<Long> found = tensors.entry(name).shape();
        if (!found.equals(shape(array))) {
            throw new IllegalArgumentException(
                    "checkpoint shape mismatch: expected=%s, found=%s, tensor=%s"
                            .formatted(shape(array), found, name));
        }
        write(array, tensors.floats(name));
    }

    private static List<Long> shape(NDArray array) {
        return Arrays.stream(array.getShape().getShape()).boxed().toList();
    }
}
