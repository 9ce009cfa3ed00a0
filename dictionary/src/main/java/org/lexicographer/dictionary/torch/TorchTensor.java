package org.lexicographer.dictionary.torch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntConsumer;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.pipeline.safetensors.SafetensorsType;

/**
 * A view of a storage. Elements are copied out when they are asked for, not before.
 *
 * @param type the type of the elements
 * @param shape the dimensions; none for a single number
 * @param strides how many elements of the storage lie between neighbours, per dimension
 * @param offset the element of the storage where the tensor starts
 * @param storage the storage's bytes, little-endian
 */
public record TorchTensor(
        SafetensorsType type,
        List<Long> shape,
        List<Long> strides,
        long offset,
        ByteBuffer storage) {

    private static final int MAX_DIMENSIONS = 8;

    /** Checks that every element lies within the storage; strides of 0 repeat elements. */
    public TorchTensor {
        requireNonNull(type, "type is null");
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        storage = storage.slice().order(LITTLE_ENDIAN);
        boolean inside = false;
        try {
            inside = inside(shape, strides, offset, storage.limit() / type.bytes());
        } catch (ArithmeticException e) {
            throw new DictionaryException(outside(shape, strides, offset, storage), e);
        }
        if (!inside) {
            throw new DictionaryException(outside(shape, strides, offset, storage));
        }
    }

    /** Makes a tensor of numbers that lie in order. */
    public static TorchTensor of(List<Long> shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new TorchTensor(SafetensorsType.F32, shape, inOrder(shape), 0, bytes);
    }

    /** Makes a 32-bit integer without dimensions. */
    public static TorchTensor of(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(LITTLE_ENDIAN);
        bytes.putInt(0, value);
        return new TorchTensor(SafetensorsType.I32, List.of(), List.of(), 0, bytes);
    }

    /** Makes a row of 64-bit integers. */
    public static TorchTensor ofLongs(List<Long> values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Long.BYTES).order(LITTLE_ENDIAN);
        values.forEach(bytes::putLong);
        List<Long> shape = List.of((long) values.size());
        return new TorchTensor(SafetensorsType.I64, shape, List.of(1L), 0, bytes.flip());
    }

    private static List<Long> inOrder(List<Long> shape) {
        Long[] strides = new Long[shape.size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.get(i);
        }
        return List.of(strides);
    }

    private static boolean inside(
            List<Long> shape, List<Long> strides, long offset, long available) {
        if (shape.size() != strides.size() || shape.size() > MAX_DIMENSIONS || offset < 0) {
            return false;
        }
        long elements = 1;
        long last = offset;
        for (int i = 0; i < shape.size(); i++) {
            if (shape.get(i) < 0 || strides.get(i) < 0) {
                return false;
            }
            elements = Math.multiplyExact(elements, shape.get(i));
            long reach = Math.multiplyExact(Math.max(0, shape.get(i) - 1), strides.get(i));
            last = Math.addExact(last, reach);
        }
        return elements == 0 ? offset <= available : last < available;
    }

    private static String outside(
            List<Long> shape, List<Long> strides, long offset, ByteBuffer storage) {
        return "tensor beyond its storage: storage bytes=%d, shape=%s, strides=%s, offset=%d"
                .formatted(storage.limit(), shape, strides, offset);
    }

    /** Returns the number of elements. */
    public long elements() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    }

    /**
     * Returns the elements in row-major order, as float32.
     *
     * @throws DictionaryException when they are no floating-point numbers, or too many for an array
     */
    public float[] floats() {
        return switch (type) {
            case F32 -> collected(storage::getFloat);
            case F64 -> collected(at -> (float) storage.getDouble(at));
            case F16 -> collected(at -> Float.float16ToFloat(storage.getShort(at)));
            case BF16 -> collected(at -> Float.intBitsToFloat(storage.getShort(at) << 16));
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 ->
                    throw new DictionaryException(
                            "tensor type mismatch: expected=floating point, found=" + type);
        };
    }

    private interface FloatAt {
        float get(int at);
    }

    private float[] collected(FloatAt element) {
        float[] values = new float[count()];
        int[] next = {0};
        forEach(at -> values[next[0]++] = element.get(at));
        return values;
    }

    /**
     * Returns the elements in row-major order.
     *
     * @throws DictionaryException when they are no whole numbers, or too many for an array
     */
    public long[] longs() {
        long[] values = new long[count()];
        int[] next = {0};
        LongAt element =
                switch (type) {
                    case I64 -> storage::getLong;
                    case I32 -> storage::getInt;
                    case I16 -> storage::getShort;
                    case I8 -> storage::get;
                    case U8 -> at -> Byte.toUnsignedLong(storage.get(at));
                    case F32 -> at -> whole(storage.getFloat(at));
                    case F64 -> at -> whole(storage.getDouble(at));
                    case F16 -> at -> whole(Float.float16ToFloat(storage.getShort(at)));
                    case BF16 -> at -> whole(Float.intBitsToFloat(storage.getShort(at) << 16));
                    case BOOL, F8_E5M2, F8_E4M3, U16, U32, U64 ->
                            throw new DictionaryException(
                                    "tensor type mismatch: expected=whole numbers, found=" + type);
                };
        forEach(at -> values[next[0]++] = element.get(at));
        return values;
    }

    private interface LongAt {
        long get(int at);
    }

    private static long whole(double number) {
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw new DictionaryException("not a whole number: found=" + number);
        }
        return (long) number;
    }

    private int count() {
        if (elements() > Integer.MAX_VALUE - 8) {
            throw new DictionaryException("tensor too large for an array: shape=" + shape);
        }
        return (int) elements();
    }

    /** Passes the byte position of each element, in row-major order. */
    private void forEach(IntConsumer position) {
        visit(0, offset, position);
    }

    private void visit(int dimension, long element, IntConsumer position) {
        if (dimension == shape.size()) {
            position.accept((int) (element * type.bytes()));
            return;
        }
        long stride = strides.get(dimension);
        for (long i = 0; i < shape.get(dimension); i++) {
            visit(dimension + 1, element + i * stride, position);
        }
    }
}
