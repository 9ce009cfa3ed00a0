package org.lexicographer.languagemodel.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A matrix as products read it: so many of its rows side by side, column after column. What is
 * missing to a whole panel, and to an even number of columns, is 0.
 *
 * @param memory panel after panel
 * @param rows of the matrix
 * @param depth the columns of each panel, even
 */
record Panels(MemorySegment memory, int rows, int depth) {

    private static final int WIDTH = Strips.WIDTH;

    static int evenDepth(int columns) {
        return columns + columns % 2;
    }

    /** Packs the rows of a matrix; the panels are the scope's. */
    static Panels ofRows(Rows matrix, NDManager scope) {
        Panels panels = allocate(matrix.count(), matrix.width(), scope);
        Workers.shared().run(panels.count(), (panel, worker) -> panels.packRows(matrix, panel));
        return panels;
    }

    /** Packs the columns of a matrix; the panels are the scope's. */
    static Panels ofColumns(Rows matrix, NDManager scope) {
        Panels panels = allocate(matrix.width(), matrix.count(), scope);
        Workers.shared().run(panels.count(), (panel, worker) -> panels.packColumns(matrix, panel));
        return panels;
    }

    private static Panels allocate(int rows, int columns, NDManager scope) {
        int depth = evenDepth(columns);
        Shape shape = new Shape((long) Strips.padded(rows) * depth);
        NDArray memory = scope.create(shape, DataType.FLOAT32); // (panels * depth * WIDTH)
        return new Panels(MemorySegment.ofBuffer(memory.toByteBuffer(true)), rows, depth);
    }

    private void packRows(Rows matrix, int panel) {
        int first = panel * WIDTH;
        int last = Math.min(rows, first + WIDTH);
        clearUnless(last - first == WIDTH && depth == matrix.width(), panel);
        for (int row = first; row < last; row++) {
            long to = start(panel) + (long) (row - first) * Float.BYTES;
            long from = matrix.place(row, 0);
            for (int column = 0; column < matrix.width(); column++) {
                float value =
                        matrix.memory()
                                .get(ValueLayout.JAVA_FLOAT, from + (long) column * Float.BYTES);
                memory.set(ValueLayout.JAVA_FLOAT, to + (long) column * WIDTH * Float.BYTES, value);
            }
        }
    }

    private void packColumns(Rows matrix, int panel) {
        int first = panel * WIDTH;
        long length = (long) Math.min(WIDTH, rows - first) * Float.BYTES;
        clearUnless(rows - first >= WIDTH && depth == matrix.count(), panel);
        for (int row = 0; row < matrix.count(); row++) {
            long to = start(panel) + (long) row * WIDTH * Float.BYTES;
            MemorySegment.copy(matrix.memory(), matrix.place(row, first), memory, to, length);
        }
    }

    private void clearUnless(boolean filled, int panel) {
        if (!filled) {
            memory.asSlice(start(panel), start(1)).fill((byte) 0);
        }
    }

    int count() {
        return Strips.padded(rows) / WIDTH;
    }

    /** Returns where a panel starts, in bytes. */
    long start(int panel) {
        return (long) panel * depth * WIDTH * Float.BYTES;
    }
}
