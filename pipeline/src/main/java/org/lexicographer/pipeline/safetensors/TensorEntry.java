package org.lexicographer.pipeline.safetensors;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a file's header says about one tensor.
 *
 * @param name the tensor's name
 * @param type its elements' type
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param offset where its bytes start, counted from the end of its file's header
 * @param length how many bytes it has
 */
public record TensorEntry(
        String name, SafetensorsType type, List<Long> shape, long offset, long length) {

    /** More dimensions than any tensor library allows. */
    static final int MAX_RANK = 64;

    /** Checks that the components agree with each other. */
    public TensorEntry {
        requireNonNull(name, "name is null");
        requireNonNull(type, "type is null");
        shape = List.copyOf(shape);
        long expected = byteLength(name, type, shape);
        if (length != expected) {
            throw new SafetensorsException(
                    "tensor length does not match its shape: expected=%d, found=%d, tensor=%s, dtype=%s, shape=%s"
                            .formatted(expected, length, name, type, shape));
        }
        if (offset < 0 || offset > Long.MAX_VALUE - length) {
            throw new SafetensorsException(
                    "tensor offset out of range: offset=%d, tensor=%s".formatted(offset, name));
        }
    }

    /** Returns the number of elements. */
    public long elements() {
        return length / type.bytes();
    }

    static long byteLength(String name, SafetensorsType type, List<Long> shape) {
        if (shape.size() > MAX_RANK) {
            throw new SafetensorsException(
                    "too many dimensions: limit=%d, found=%d, tensor=%s"
                            .formatted(MAX_RANK, shape.size(), name));
        }
        long length = type.bytes();
        for (long dimension : shape) {
            length = times(length, dimension, name, shape);
        }
        return length;
    }

    private static long times(long length, long dimension, String name, List<Long> shape) {
        if (dimension < 0) {
            throw new SafetensorsException(
                    "negative dimension: tensor=%s, shape=%s".formatted(name, shape));
        }
        try {
            return Math.multiplyExact(length, dimension);
        } catch (ArithmeticException e) {
            throw new SafetensorsException(
                    "tensor size overflows: tensor=%s, shape=%s".formatted(name, shape), e);
        }
    }
}
