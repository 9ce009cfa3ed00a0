package org.lexicographer.trainer.recipe.kernel;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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
        long bytes = (long) count * width * Float.BYTES;
        return new Rows(Arena.ofAuto().allocate(bytes, CACHE_LINE), width);
    }

    public int count() {
        return (int) (memory.byteSize() / rowBytes());
    }

    /** Returns where a row starts, in elements. */
    public long start(int row) {
        return (long) row * width;
    }

    public float get(int row, int column) {
        return memory.getAtIndex(ValueLayout.JAVA_FLOAT, start(row) + column);
    }

    public void set(int row, int column, float value) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, start(row) + column, value);
    }

    public void clear() {
        memory.fill((byte) 0);
    }

    /** Sets one row to 0. */
    public void clear(int row) {
        memory.asSlice(row * rowBytes(), rowBytes()).fill((byte) 0);
    }

    /** Returns where a row starts, in bytes. */
    long place(int row) {
        return row * rowBytes();
    }

    /** Returns the bytes of a row's whole vectors. */
    long vectorBytes() {
        return width / Lanes.COUNT * Lanes.BYTES;
    }

    /** Returns the bytes of a row's whole pairs of vectors. */
    long pairBytes() {
        return width / (2 * Lanes.COUNT) * (2 * Lanes.BYTES);
    }

    long rowBytes() {
        return (long) width * Float.BYTES;
    }
}
