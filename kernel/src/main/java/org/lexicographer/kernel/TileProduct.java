package org.lexicographer.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The product of a tile of rows with panels of a matrix: the tile stays in the second cache, a
 * panel in the first, and what is being summed in registers. For use by one thread.
 *
 * <p>Each element is a sum in the order of columns, with products fused into it, of each slice of
 * {@link #SLICE} columns, and these are added in their order; so it has the same bits whatever tile
 * its row is in.
 */
public final class TileProduct {

    /** Rows of a tile, whole strips. */
    public static final int ROWS = 96;

    /** Panels that are multiplied at once. */
    public static final int PANELS = 8;

    /** Elements from one row of products to the next. */
    public static final int STRIDE = PANELS * Panels.WIDTH;

    /** Columns of a panel that stay in the first cache; even. */
    public static final int SLICE = 512;

    private static final ThreadLocal<TileProduct> OF_THREAD =
            ThreadLocal.withInitial(() -> new TileProduct(SLICE));

    private final float[] products = new float[ROWS * STRIDE];
    private final float[] slice = new float[ROWS * STRIDE];
    private float[] inputs;
    private Strips ofFirst;
    private Strips ofOthers;
    private int depth;
    private int strips;

    /** Multiplies rows of at most so many columns. */
    public TileProduct(int columns) {
        makeRoom(columns);
    }

    private void makeRoom(int columns) {
        inputs = new float[ROWS * Panels.evenDepth(columns)];
        ofFirst = new Strips(inputs, products, STRIDE);
        ofOthers = new Strips(inputs, slice, STRIDE);
    }

    /** Returns this thread's own, for rows of so many columns, until it is asked for again. */
    public static TileProduct ofThread(int columns) {
        TileProduct product = OF_THREAD.get();
        if (product.inputs.length < ROWS * Panels.evenDepth(columns)) {
            product.makeRoom(columns);
        }
        return product;
    }

    /** Returns how many tiles so many rows are. */
    public static int tiles(int rows) {
        return Math.ceilDiv(rows, ROWS);
    }

    /** Takes the rows of a tile: {@code count} rows from {@code first} on. */
    public void load(Rows rows, int first, int count) {
        if (count % Strips.ROWS == 0 && rows.width() % 2 == 0) {
            measure(count, rows.width());
        } else {
            begin(count, rows.width());
        }
        for (int row = 0; row < count; row++) {
            rows.spread(first + row, inputs, place(row), Strips.ROWS);
        }
    }

    /** Begins a tile of so many rows and columns: all elements are 0, to be set one by one. */
    public void begin(int rows, int columns) {
        measure(rows, columns);
        Arrays.fill(inputs, 0, strips * Strips.ROWS * depth, 0);
    }

    private void measure(int rows, int columns) {
        depth = Panels.evenDepth(columns);
        strips = Math.ceilDiv(rows, Strips.ROWS);
    }

    /** Returns the elements of the tile, to be set after {@link #begin}. */
    public float[] inputs() {
        return inputs;
    }

    /**
     * Returns where a row's first element is; each further one is {@link Strips#ROWS} on, since
     * rows of a strip lie side by side, column after column.
     */
    public int place(int row) {
        return row / Strips.ROWS * Strips.ROWS * depth + row % Strips.ROWS;
    }

    /** Multiplies the tile with so many panels, which {@link #products} has then. */
    public void multiply(Panels panels, int firstPanel, int count) {
        multiply(panels, firstPanel, count, 0);
    }

    /**
     * Multiplies the tile with so many panels, of which its first column meets a given one, which
     * {@link #products} has then.
     */
    public void multiply(Panels panels, int firstPanel, int count, int firstColumn) {
        for (int from = 0; from < depth; from += SLICE) {
            Strips sums = from == 0 ? ofFirst : ofOthers;
            for (int panel = 0; panel < count; panel++) {
                long at = panels.start(firstPanel + panel, firstColumn + from);
                multiply(sums, panels, at, from, panel * Panels.WIDTH);
            }
            if (from > 0) {
                addSlice();
            }
        }
    }

    private void multiply(Strips sums, Panels panels, long at, int from, int productAt) {
        int columns = Math.min(SLICE, depth - from);
        for (int strip = 0; strip < strips; strip++) {
            int inputAt = (strip * depth + from) * Strips.ROWS;
            int to = strip * Strips.ROWS * STRIDE + productAt;
            sums.multiply(panels.memory(), at, inputAt, columns, to);
        }
    }

    private void addSlice() {
        int size = strips * Strips.ROWS * STRIDE;
        for (int i = 0; i < size; i++) {
            products[i] += slice[i];
        }
    }

    /**
     * Adds the last product to rows of a matrix.
     *
     * @param first the row that the tile's first row is added to
     * @param rows how many rows the tile has
     * @param column the matrix's column that the first panel's first column is added to
     */
    public void addTo(Rows sums, int first, int rows, int column) {
        int columns = Math.min(STRIDE, sums.width() - column);
        for (int row = 0; row < rows; row++) {
            long to = sums.place(first + row, column);
            int from = row * STRIDE;
            int k = 0;
            for (; k <= columns - Lanes.COUNT; k += Lanes.COUNT) {
                long at = to + (long) k * Float.BYTES;
                FloatVector.fromMemorySegment(Lanes.FLOATS, sums.memory(), at, Lanes.ORDER)
                        .add(FloatVector.fromArray(Lanes.FLOATS, products, from + k))
                        .intoMemorySegment(sums.memory(), at, Lanes.ORDER);
            }
            for (; k < columns; k++) {
                long at = to + (long) k * Float.BYTES;
                Lanes.set(sums.memory(), at, Lanes.get(sums.memory(), at) + products[from + k]);
            }
        }
    }

    /**
     * Returns the last product, row by row with {@link #STRIDE}; the next one overwrites it, and
     * columns past the matrix are 0.
     */
    public float[] products() {
        return products;
    }
}
