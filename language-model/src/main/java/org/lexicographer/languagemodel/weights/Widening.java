package org.lexicographer.languagemodel.weights;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.safetensors.SafetensorsException;
import org.lexicographer.pipeline.safetensors.TensorEntry;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * Stored elements go in, float32 comes out: float16 and bfloat16 exactly, float64 rounded, straight
 * from the mapped file into an array's own memory, without a copy on the Java heap. A value that is
 * not finite is found on the way.
 */
final class Widening {

    /** The elements in work at a time: they stay in a core's cache. */
    private static final int CHUNK = 1 << 14;

    /** The most elements of an array that one buffer gives access to. */
    private static final long ELEMENTS_OF_BUFFER = 1L << 28;

    /** The bits of positive infinity: those of finite numbers, without the sign, are smaller. */
    private static final int INFINITY = 0x7F800000;

    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private final TensorEntry entry;
    private final MemorySegment stored;
    private final short[] shorts = new short[CHUNK];
    private final long[] longs = new long[CHUNK];
    private final int[] bits = new int[CHUNK];

    private Widening(TensorSource tensors, String name) {
        this.entry = tensors.entry(name);
        this.stored = tensors.segment(name);
    }

    /** Returns a whole tensor in the manager, on its device. */
    static NDArray widened(TensorSource tensors, String name, NDManager manager) {
        Widening widening = new Widening(tensors, name);
        return made(
                new Shape(tensors.entry(name).shape()),
                manager,
                array -> widening.into(array, 0)); // as stored
    }

    /** Returns the rows (N, D) of a tensor that have these numbers, in the manager. */
    static NDArray gathered(TensorSource tensors, String name, long[] rows, NDManager manager) {
        Widening widening = new Widening(tensors, name);
        long width = tensors.entry(name).shape().get(1);
        long rowBytes = width * Float.BYTES;
        return made(
                new Shape(rows.length, width),
                manager,
                array -> {
                    MemorySegment target = MemorySegment.ofBuffer(array.toByteBuffer(true));
                    for (int i = 0; i < rows.length; i++) {
                        widening.copy(rows[i] * width, target.asSlice(i * rowBytes, rowBytes));
                    }
                }); // (N, D)
    }

    /** Fills an array in the CPU's memory with the elements from one on. */
    static void fill(TensorSource tensors, String name, long firstElement, NDArray array) {
        new Widening(tensors, name).into(array, firstElement);
    }

    /** Returns a new array in the manager that was filled in the CPU's memory. */
    static NDArray made(Shape shape, NDManager manager, Consumer<NDArray> filling) {
        if (!manager.getDevice().isGpu()) {
            NDArray array = manager.create(shape, DataType.FLOAT32);
            filling.accept(array);
            return array;
        }
        try (NDManager scope = manager.newSubManager(Device.cpu())) {
            NDArray array = scope.create(shape, DataType.FLOAT32);
            filling.accept(array);
            NDArray moved = array.toDevice(manager.getDevice(), true);
            moved.attach(manager);
            return moved;
        }
    }

    private void into(NDArray array, long firstElement) {
        long size = array.size();
        try (NDArray flat = array.reshape(size)) { // (elements)
            for (long start = 0; start < size; start += ELEMENTS_OF_BUFFER) {
                long end = Math.min(size, start + ELEMENTS_OF_BUFFER);
                try (NDArray part = flat.get(new NDIndex("%d:%d".formatted(start, end)))) {
                    copy(firstElement + start, MemorySegment.ofBuffer(part.toByteBuffer(true)));
                }
            }
        }
    }

    /** Fills the target with the elements from one on. */
    private void copy(long firstElement, MemorySegment target) {
        long count = target.byteSize() / Float.BYTES;
        for (long done = 0; done < count; done += CHUNK) {
            int length = (int) Math.min(CHUNK, count - done);
            widen(firstElement + done, length);
            requireFinite(firstElement + done, length);
            MemorySegment.copy(
                    bits, 0, target, ValueLayout.JAVA_INT_UNALIGNED, done * Float.BYTES, length);
        }
    }

    private void widen(long from, int length) {
        switch (entry.type()) {
            case F32 -> MemorySegment.copy(stored, INT, from * Float.BYTES, bits, 0, length);
            case BF16 -> {
                MemorySegment.copy(stored, SHORT, from * Short.BYTES, shorts, 0, length);
                for (int i = 0; i < length; i++) {
                    bits[i] = shorts[i] << Short.SIZE;
                }
            }
            case F16 -> {
                MemorySegment.copy(stored, SHORT, from * Short.BYTES, shorts, 0, length);
                for (int i = 0; i < length; i++) {
                    bits[i] = Float.floatToRawIntBits(Float.float16ToFloat(shorts[i]));
                }
            }
            case F64 -> {
                MemorySegment.copy(stored, LONG, from * Long.BYTES, longs, 0, length);
                for (int i = 0; i < length; i++) {
                    bits[i] = Float.floatToRawIntBits((float) Double.longBitsToDouble(longs[i]));
                }
            }
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 ->
                    throw notWidened(entry);
        }
    }

    /** Checks that a tensor is of a type that is widened. */
    static void requireType(TensorEntry entry) {
        switch (entry.type()) {
            case F32, F16, BF16, F64 -> {}
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 ->
                    throw notWidened(entry);
        }
    }

    private static SafetensorsException notWidened(TensorEntry entry) {
        return new SafetensorsException(
                "tensor type mismatch: expected=F64, F32, F16 or BF16, found=%s, tensor=%s"
                        .formatted(entry.type(), entry.name()));
    }

    private void requireFinite(long firstElement, int length) {
        int largest = 0;
        for (int i = 0; i < length; i++) {
            largest = Math.max(largest, bits[i] & Integer.MAX_VALUE);
        }
        for (int i = 0; largest >= INFINITY && i < length; i++) {
            if (!Float.isFinite(Float.intBitsToFloat(bits[i]))) {
                throw new InvalidModelException(
                        "weight is not finite: tensor=%s, element=%d, found=%s"
                                .formatted(
                                        entry.name(),
                                        firstElement + i,
                                        Float.intBitsToFloat(bits[i])));
            }
        }
    }
}
