package org.lexicographer.dictionary;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * One weight in Java memory, row-major, float32.
 *
 * @param shape its dimensions; none for a single number
 * @param values its elements, as many as the shape says
 */
public record Weight(List<Long> shape, float[] values) {

    /** Checks that there are as many values as the shape says. */
    public Weight {
        shape = List.copyOf(shape);
        long elements = shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
        if (elements != values.length) {
            throw new DictionaryException(
                    "weight size mismatch: expected=%s, found=%d values"
                            .formatted(shape, values.length));
        }
    }

    /** Returns a copy of an array's values. */
    public static Weight of(NDArray array) {
        return new Weight(
                Arrays.stream(array.getShape().getShape()).boxed().toList(),
                HostMemory.floats(array));
    }

    /**
     * Returns this weight after checking that all its values are finite.
     *
     * @param name what the tensor is called, for the message
     * @throws DictionaryException naming the tensor and the position of the first that is not
     */
    public Weight checkedFinite(String name) {
        int first = firstNotFinite();
        if (first < values.length) {
            throw new DictionaryException(
                    "weight not finite: tensor=%s, at=%s, found=%s"
                            .formatted(name, position(first), values[first]));
        }
        return this;
    }

    /** Tells whether all values are finite. */
    public boolean isFinite() {
        return firstNotFinite() == values.length;
    }

    private int firstNotFinite() {
        int index = 0;
        while (index < values.length && Float.isFinite(values[index])) {
            index++;
        }
        return index;
    }

    private List<Long> position(long index) {
        Long[] position = new Long[shape.size()];
        long rest = index;
        for (int i = position.length - 1; i >= 0; i--) {
            position[i] = rest % shape.get(i);
            rest /= shape.get(i);
        }
        return List.of(position);
    }

    /** Returns an array (shape) that belongs to the manager. */
    public NDArray array(NDManager manager) {
        long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
        return manager.create(values, new Shape(dimensions)); // (shape)
    }

    /**
     * Returns the matrix (B, A) that this one (A, B) is the transpose of.
     *
     * @throws DictionaryException when it is no matrix
     */
    public Weight transposed() {
        if (shape.size() != 2) {
            throw new DictionaryException("not a matrix: shape=" + shape);
        }
        int rows = Math.toIntExact(shape.get(0));
        int columns = Math.toIntExact(shape.get(1));
        float[] transposed = new float[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                transposed[j * rows + i] = values[i * columns + j];
            }
        }
        return new Weight(List.of((long) columns, (long) rows), transposed);
    }
}
