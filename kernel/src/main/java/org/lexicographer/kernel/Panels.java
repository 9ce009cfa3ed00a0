package org.lexicographer.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The rows of a matrix in panels: so many rows side by side, column after column, as products read
 * them. What is missing to a whole panel, and to an even number of columns, is 0.
 */
public final class Panels {

    /** Rows of one panel. */
    public static final int WIDTH = Strips.WIDTH;

    private final int rows;
    private final int columns;
    private final int depth;
    private final MemorySegment memory;

    /** Makes room for a matrix; its panels are 0 until they are packed. */
    public Panels(int rows, int columns) {
        this(rows, columns, Arena.ofAuto());
    }

    Panels(int rows, int columns, Arena owner) {
        this(
                rows,
                columns,
                Rows.allocate(owner, Strips.padded(rows) / WIDTH, evenDepth(columns) * WIDTH)
                        .memory());
    }

    /**
     * Uses memory for a matrix, as long as that is there.
     *
     * @param memory of {@link #size} elements, all to be packed: what is in it is not cleared, but
     *     for what is missing to whole panels and even columns
     */
    public Panels(int rows, int columns, MemorySegment memory) {
        this.rows = rows;
        this.columns = columns;
        this.depth = evenDepth(columns);
        this.memory = memory;
    }

    /** Returns how many elements the panels of a matrix have. */
    public static long size(int rows, int columns) {
        return (long) Strips.padded(rows) * evenDepth(columns);
    }

    /** Returns so many columns made even. */
    public static int evenDepth(int columns) {
        return columns + columns % 2;
    }

    /** Copies the rows of one panel. */
    public void pack(Rows matrix, int panel) {
        int first = panel * WIDTH;
        int last = Math.min(rows, first + WIDTH);
        clearUnlessWhole(panel);
        for (int row = first; row < last; row++) {
            long to = start(panel) + (long) (row - first) * Float.BYTES;
            long from = matrix.place(row);
            for (int column = 0; column < columns; column++) {
                float value = Lanes.get(matrix.memory(), from + (long) column * Float.BYTES);
                Lanes.set(memory, to + (long) column * WIDTH * Float.BYTES, value);
            }
        }
    }

    /** Copies columns of a matrix where {@link #pack} copies rows: the panel's are its columns. */
    public void packTransposed(Rows matrix, int panel) {
        clearUnlessWhole(panel);
        for (int row = 0; row < columns; row++) {
            copyTransposed(matrix, row, panel);
        }
    }

    /**
     * Does {@link #packTransposed(Rows, int)} for all panels, whose memory is 0 where nothing is
     * packed, and for the matrix's rows from one to before another one.
     */
    public void packTransposed(Rows matrix, int first, int last) {
        for (int row = first; row < last; row++) {
            for (int panel = 0; panel < count(); panel++) {
                copyTransposed(matrix, row, panel);
            }
        }
    }

    private void copyTransposed(Rows matrix, int row, int panel) {
        int first = panel * WIDTH;
        long to = start(panel) + (long) row * WIDTH * Float.BYTES;
        long bytes = (long) Math.min(WIDTH, rows - first) * Float.BYTES;
        MemorySegment.copy(matrix.memory(), matrix.place(row, first), memory, to, bytes);
    }

    private void clearUnlessWhole(int panel) {
        if (rows - panel * WIDTH < WIDTH || depth != columns) {
            memory.asSlice(start(panel), start(1)).fill((byte) 0);
        }
    }

    /** Returns how many panels there are. */
    public int count() {
        return Strips.padded(rows) / WIDTH;
    }

    /** Returns how many panels a product takes at once from one on. */
    public int groupAt(int panel) {
        return Math.min(TileProduct.PANELS, count() - panel);
    }

    /** Returns the rows of the matrix. */
    public int rows() {
        return rows;
    }

    /** Tells whether this is room for a matrix of so many rows and columns. */
    public boolean fits(int wantedRows, int wantedColumns) {
        return rows == wantedRows && columns == wantedColumns;
    }

    /** Returns where a panel starts, in bytes. */
    long start(int panel) {
        return (long) panel * depth * WIDTH * Float.BYTES;
    }

    /** Returns where a column of a panel is, in bytes. */
    long start(int panel, int column) {
        return start(panel) + (long) column * WIDTH * Float.BYTES;
    }

    MemorySegment memory() {
        return memory;
    }
}
