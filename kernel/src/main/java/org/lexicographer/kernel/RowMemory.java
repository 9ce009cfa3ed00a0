package org.lexicographer.kernel;

import java.lang.foreign.Arena;

/** Native memory for matrices, all of which goes when this is closed. Threads may share it. */
public final class RowMemory implements AutoCloseable {

    private final Arena arena = Arena.ofShared();

    /** Returns new rows of zeros, to be used until this is closed. */
    public Rows rows(int count, int width) {
        return Rows.allocate(arena, count, width);
    }

    /** Returns room for a matrix, to be used until this is closed; it is 0 until it is packed. */
    public Panels panels(int rows, int columns) {
        return new Panels(rows, columns, arena);
    }

    @Override
    public void close() {
        arena.close();
    }
}
