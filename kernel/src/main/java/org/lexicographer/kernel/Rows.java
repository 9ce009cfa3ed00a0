package org.lexicographer.kernel;

import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.kernel.Lanes.ORDER;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * A float32 matrix in native memory, row by row, as the kernels see it.
 *
 * @param memory the elements, in the machine's byte order
 * @param width the elements of one row
 */
public record Rows(MemorySegment memory, int width) {

    private static final int CACHE_LINE = 64;

    /**
     * Returns a view of an array on the CPU: what is written to one shows in the other. It may be
     * used until the array is closed. An array of one dimension is one row.
     */
    public static Rows of(NDArray array) {
        int dimensions = array.getShape().dimension();
        MemorySegment memory = MemorySegment.ofBuffer(array.toByteBuffer(true));
        return new Rows(memory, (int) array.getShape().get(dimensions - 1));
    }

    /** Returns new rows of zeros, freed once unreachable. */
    public static Rows allocate(int count, int width) {
        return allocate(Arena.ofAuto(), count, width);
    }

    static Rows allocate(Arena owner, int count, int width) {
        long bytes = (long) count * width * Float.BYTES;
        return new Rows(owner.allocate(bytes, CACHE_LINE), width);
    }

    /** Returns how many rows there are. */
    public int count() {
        return (int) (memory.byteSize() / rowBytes());
    }

    /** Returns where a row starts, in elements. */
    public long start(int row) {
        return (long) row * width;
    }

    /** Returns an element. */
    public float get(int row, int column) {
        return memory.getAtIndex(ValueLayout.JAVA_FLOAT, start(row) + column);
    }

    /** Sets an element. */
    public void set(int row, int column, float value) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, start(row) + column, value);
    }

    /** Sets all elements to 0. */
    public void clear() {
        memory.fill((byte) 0);
    }

    /** Sets one row to 0. */
    public void clear(int row) {
        memory.asSlice(row * rowBytes(), rowBytes()).fill((byte) 0);
    }

    /** Returns where a row starts, in bytes. */
    public long place(int row) {
        return row * rowBytes();
    }

    /** Returns where an element is, in bytes. */
    public long place(int row, int column) {
        return (start(row) + column) * Float.BYTES;
    }

    /** Copies elements of a row, from one on. */
    public void read(int row, int from, float[] to, int at, int length) {
        long place = place(row, from);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            FloatVector.fromMemorySegment(FLOATS, memory, place + (long) i * Float.BYTES, ORDER)
                    .intoArray(to, at + i);
        }
        for (; i < length; i++) {
            to[at + i] = Lanes.get(memory, place + (long) i * Float.BYTES);
        }
    }

    /** Copies a row, its elements so far apart. */
    public void spread(int row, float[] to, int at, int step) {
        long from = place(row);
        for (int i = 0; i < width; i++) {
            to[at + i * step] = Lanes.get(memory, from + (long) i * Float.BYTES);
        }
    }

    /** Overwrites elements of a row, from one on. */
    public void write(int row, int from, float[] values, int at, int length) {
        long place = place(row, from);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            FloatVector.fromArray(FLOATS, values, at + i)
                    .intoMemorySegment(memory, place + (long) i * Float.BYTES, ORDER);
        }
        for (; i < length; i++) {
            Lanes.set(memory, place + (long) i * Float.BYTES, values[at + i]);
        }
    }

    /** Returns the bytes of a row's whole vectors. */
    public long vectorBytes() {
        return width / Lanes.COUNT * Lanes.BYTES;
    }

    /** Returns the bytes of a row's whole pairs of vectors. */
    public long pairBytes() {
        return width / (2 * Lanes.COUNT) * (2 * Lanes.BYTES);
    }

    /** Returns the bytes of a row. */
    public long rowBytes() {
        return (long) width * Float.BYTES;
    }
}
