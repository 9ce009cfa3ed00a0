package org.lexicographer.trainer.recipe.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The rows of a matrix in panels: so many rows side by side, column after column, as products read
 * them. What is missing to a whole panel, and to an even number of columns, is 0.
 */
public final class Panels {

    /** Rows of one panel. */
    public static final int WIDTH = 2 * Lanes.COUNT;

    private final int rows;
    private final int columns;
    private final int depth;
    private final Rows memory;

    /** Makes room for a matrix; its panels are 0 until they are packed. */
    public Panels(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.depth = evenDepth(columns);
        this.memory = Rows.allocate((rows + WIDTH - 1) / WIDTH, depth * WIDTH);
    }

    static int evenDepth(int columns) {
        return columns + columns % 2;
    }

    /** Copies the rows of one panel. */
    public void pack(Rows matrix, int panel) {
        int first = panel * WIDTH;
        int last = Math.min(rows, first + WIDTH);
        for (int row = first; row < last; row++) {
            long to = start(panel) + row - first;
            long from = matrix.start(row);
            for (int column = 0; column < columns; column++) {
                float value = Lanes.get(matrix.memory(), (from + column) * Float.BYTES);
                Lanes.set(memory.memory(), (to + (long) column * WIDTH) * Float.BYTES, value);
            }
        }
    }

    /**
     * Copies columns of a matrix where {@link #pack} copies rows: those of the panels are its
     * columns, those of its rows from one to before another one.
     */
    public void packTransposed(Rows matrix, int first, int last) {
        for (int row = first; row < last; row++) {
            long from = matrix.place(row);
            for (int panel = 0; panel < count(); panel++) {
                long to = (start(panel) + (long) row * WIDTH) * Float.BYTES;
                long at = from + (long) panel * WIDTH * Float.BYTES;
                long bytes = (long) Math.min(WIDTH, rows - panel * WIDTH) * Float.BYTES;
                MemorySegment.copy(matrix.memory(), at, memory.memory(), to, bytes);
            }
        }
    }

    /** Returns how many panels there are. */
    public int count() {
        return memory.count();
    }

    /** Returns the rows of the matrix. */
    public int rows() {
        return rows;
    }

    /** Tells whether this is room for a matrix of so many rows and columns. */
    public boolean fits(int wantedRows, int wantedColumns) {
        return rows == wantedRows && columns == wantedColumns;
    }

    int columns() {
        return columns;
    }

    int depth() {
        return depth;
    }

    /** Returns where a panel starts, in elements. */
    long start(int panel) {
        return memory.start(panel);
    }

    MemorySegment memory() {
        return memory.memory();
    }
}
