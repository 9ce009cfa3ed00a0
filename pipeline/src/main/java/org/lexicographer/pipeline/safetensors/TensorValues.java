package org.lexicographer.pipeline.safetensors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** One tensor's bytes, read as Java values. */
record TensorValues(TensorEntry entry, MemorySegment segment) {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);

    ByteBuffer bytes() {
        checkSize(segment.byteSize());
        return segment.asByteBuffer().asReadOnlyBuffer().order(LITTLE_ENDIAN);
    }

    float[] floats() {
        float[] values = new float[size()];
        switch (entry.type()) {
            case F32 -> MemorySegment.copy(segment, FLOAT, 0, values, 0, values.length);
            case F64 -> fill(values, i -> (float) segment.getAtIndex(DOUBLE, i));
            case F16 -> fill(values, i -> Float.float16ToFloat(segment.getAtIndex(SHORT, i)));
            case BF16 ->
                    fill(values, i -> Float.intBitsToFloat(segment.getAtIndex(SHORT, i) << 16));
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 ->
                    throw wrongType("F64, F32, F16 or BF16");
        }
        return values;
    }

    long[] longs() {
        long[] values = new long[size()];
        switch (entry.type()) {
            case I64 -> MemorySegment.copy(segment, LONG, 0, values, 0, values.length);
            case U64 -> fill(values, i -> checkSign(segment.getAtIndex(LONG, i)));
            case I32 -> fill(values, i -> segment.getAtIndex(INT, i));
            case U32 -> fill(values, i -> Integer.toUnsignedLong(segment.getAtIndex(INT, i)));
            case I16 -> fill(values, i -> segment.getAtIndex(SHORT, i));
            case U16 -> fill(values, i -> Short.toUnsignedLong(segment.getAtIndex(SHORT, i)));
            case I8 -> fill(values, i -> segment.get(JAVA_BYTE, i));
            case U8 -> fill(values, i -> Byte.toUnsignedLong(segment.get(JAVA_BYTE, i)));
            case BOOL, F8_E5M2, F8_E4M3, F16, BF16, F32, F64 -> throw wrongType("an integer type");
        }
        return values;
    }

    private interface FloatAt {
        float get(int index);
    }

    private interface LongAt {
        long get(int index);
    }

    private static void fill(float[] values, FloatAt source) {
        for (int i = 0; i < values.length; i++) {
            values[i] = source.get(i);
        }
    }

    private static void fill(long[] values, LongAt source) {
        for (int i = 0; i < values.length; i++) {
            values[i] = source.get(i);
        }
    }

    private long checkSign(long value) {
        if (value < 0) {
            throw new SafetensorsException(
                    "unsigned value out of range: limit=%d, found=%s, tensor=%s"
                            .formatted(Long.MAX_VALUE, Long.toUnsignedString(value), entry.name()));
        }
        return value;
    }

    private int size() {
        checkSize(entry.elements());
        return (int) entry.elements();
    }

    private void checkSize(long size) {
        if (size > Integer.MAX_VALUE - 8) {
            throw new SafetensorsException(
                    "tensor too large for one array: size=%d, tensor=%s"
                            .formatted(size, entry.name()));
        }
    }

    private SafetensorsException wrongType(String expected) {
        return new SafetensorsException(
                "tensor type mismatch: expected=%s, found=%s, tensor=%s"
                        .formatted(expected, entry.type(), entry.name()));
    }
}
