package org.lexicographer.languagemodel.kernel;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of float32 in an array's own memory: what is written to one shows in the other.
 *
 * @param memory the elements, in the machine's byte order
 * @param width the elements of one row
 */
record Rows(MemorySegment memory, int width) {

    /** Returns the rows of a contiguous array (..., width) on the CPU, used until it is closed. */
    static Rows of(NDArray array) {
        int width = Math.toIntExact(array.getShape().get(array.getShape().dimension() - 1));
        return new Rows(MemorySegment.ofBuffer(array.toByteBuffer(true)), width);
    }

    int count() {
        return Math.toIntExact(memory.byteSize() / Float.BYTES / width);
    }

    /** Copies elements of a row, from one on. */
    void read(int row, int from, float[] to, int at, int length) {
        MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, place(row, from), to, at, length);
    }

    /** Copies a row, its elements so far apart. */
    void spread(int row, float[] to, int at, int step) {
        long from = place(row, 0);
        for (int i = 0; i < width; i++) {
            to[at + i * step] = memory.get(ValueLayout.JAVA_FLOAT, from + (long) i * Float.BYTES);
        }
    }

    /** Overwrites elements of a row, from one on. */
    void write(int row, int from, float[] values, int at, int length) {
        MemorySegment.copy(values, at, memory, ValueLayout.JAVA_FLOAT, place(row, from), length);
    }

    long place(int row, int column) {
        return ((long) row * width + column) * Float.BYTES;
    }
}
