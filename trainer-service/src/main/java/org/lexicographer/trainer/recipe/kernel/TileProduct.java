package org.lexicographer.trainer.recipe.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of a tile of rows with panels of a matrix: the tile stays in the second cache, a
 * panel in the first, and what is being summed in registers. For use by one thread.
 *
 * <p>Each element is a sum in the order of columns, with products fused into it, of each slice of
 * {@link #SLICE} columns, and these are added in their order; so it has the same bits whatever tile
 * its row is in.
 */
public final class TileProduct {

    /** Rows of a tile. */
    public static final int ROWS = 96;

    /** Panels that are multiplied at once. */
    public static final int PANELS = 8;

    /** Elements from one row of products to the next. */
    public static final int STRIDE = PANELS * Panels.WIDTH;

    /** Rows that are summed at once; with two vectors each they leave four registers. */
    public static final int STRIP = 6;

    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Columns of a panel that stay in the first cache; even. */
    public static final int SLICE = 512;

    private final float[] inputs;
    private final float[] products = new float[ROWS * STRIDE];
    private final float[] slice = new float[ROWS * STRIDE];
    private int depth;
    private int strips;

    /** Multiplies rows of at most so many columns. */
    public TileProduct(int columns) {
        this.inputs = new float[ROWS * Panels.evenDepth(columns)];
    }

    /** Takes the rows of a tile: {@code count} rows from {@code first} on. */
    public void load(Rows rows, int first, int count) {
        begin(count, rows.width());
        for (int row = 0; row < count; row++) {
            int at = place(row);
            long from = rows.start(first + row) * Float.BYTES;
            for (int column = 0; column < rows.width(); column++) {
                inputs[at + column * STRIP] =
                        Lanes.get(rows.memory(), from + (long) column * Float.BYTES);
            }
        }
    }

    /** Begins a tile of so many rows and columns: all elements are 0, to be set one by one. */
    public void begin(int rows, int columns) {
        depth = Panels.evenDepth(columns);
        strips = (rows + STRIP - 1) / STRIP;
        Arrays.fill(inputs, 0, strips * STRIP * depth, 0);
    }

    /** Returns the elements of the tile, to be set after {@link #begin}. */
    public float[] inputs() {
        return inputs;
    }

    /**
     * Returns where a row's first element is; each further one is {@link #STRIP} on, since rows of
     * a strip lie side by side, column after column.
     */
    public int place(int row) {
        return row / STRIP * STRIP * depth + row % STRIP;
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
            int columns = Math.min(SLICE, depth - from);
            for (int panel = 0; panel < count; panel++) {
                long at =
                        panels.start(firstPanel + panel)
                                + (long) (firstColumn + from) * Panels.WIDTH;
                for (int strip = 0; strip < strips; strip++) {
                    int input = (strip * depth + from) * STRIP;
                    int product = strip * STRIP * STRIDE + panel * Panels.WIDTH;
                    multiplyStrip(panels.memory(), at, input, columns, product);
                }
            }
            addSlice(from == 0);
        }
    }

    private void addSlice(boolean first) {
        int size = strips * STRIP * STRIDE;
        if (first) {
            System.arraycopy(slice, 0, products, 0, size);
        } else {
            for (int i = 0; i < size; i++) {
                products[i] += slice[i];
            }
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
            long to = (sums.start(first + row) + column) * Float.BYTES;
            int from = row * STRIDE;
            int k = 0;
            for (; k <= columns - Lanes.COUNT; k += Lanes.COUNT) {
                long at = to + (long) k * Float.BYTES;
                FloatVector.fromMemorySegment(FLOATS, sums.memory(), at, ORDER)
                        .add(FloatVector.fromArray(FLOATS, products, from + k))
                        .intoMemorySegment(sums.memory(), at, ORDER);
            }
            for (; k < columns; k++) {
                long at = to + (long) k * Float.BYTES;
                Lanes.set(sums.memory(), at, Lanes.get(sums.memory(), at) + products[from + k]);
            }
        }
    }

    /** Calls nothing but the vectors' own methods: the compiler inlines others only for so long. */
    private void multiplyStrip(
            MemorySegment panel, long panelAt, int inputAt, int columns, int productAt) {
        float[] x = inputs;
        float[] z = slice;
        FloatVector a0, a1, b0, b1, c0, c1, d0, d1, e0, e1, f0, f1;
        a0 = a1 = b0 = b1 = c0 = c1 = d0 = d1 = e0 = e1 = f0 = f1 = FloatVector.zero(FLOATS);
        int end = inputAt + columns * STRIP;
        long w = panelAt * Float.BYTES;
        // Two columns a turn: with one, counting takes a tenth of the time.
        for (int i = inputAt; i < end; i += 2 * STRIP, w += 4 * Lanes.BYTES) {
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, panel, w, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, panel, w + Lanes.BYTES, ORDER);
            a0 = FloatVector.broadcast(FLOATS, x[i]).fma(w0, a0);
            a1 = FloatVector.broadcast(FLOATS, x[i]).fma(w1, a1);
            b0 = FloatVector.broadcast(FLOATS, x[i + 1]).fma(w0, b0);
            b1 = FloatVector.broadcast(FLOATS, x[i + 1]).fma(w1, b1);
            c0 = FloatVector.broadcast(FLOATS, x[i + 2]).fma(w0, c0);
            c1 = FloatVector.broadcast(FLOATS, x[i + 2]).fma(w1, c1);
            d0 = FloatVector.broadcast(FLOATS, x[i + 3]).fma(w0, d0);
            d1 = FloatVector.broadcast(FLOATS, x[i + 3]).fma(w1, d1);
            e0 = FloatVector.broadcast(FLOATS, x[i + 4]).fma(w0, e0);
            e1 = FloatVector.broadcast(FLOATS, x[i + 4]).fma(w1, e1);
            f0 = FloatVector.broadcast(FLOATS, x[i + 5]).fma(w0, f0);
            f1 = FloatVector.broadcast(FLOATS, x[i + 5]).fma(w1, f1);
            w0 = FloatVector.fromMemorySegment(FLOATS, panel, w + 2 * Lanes.BYTES, ORDER);
            w1 = FloatVector.fromMemorySegment(FLOATS, panel, w + 3 * Lanes.BYTES, ORDER);
            a0 = FloatVector.broadcast(FLOATS, x[i + 6]).fma(w0, a0);
            a1 = FloatVector.broadcast(FLOATS, x[i + 6]).fma(w1, a1);
            b0 = FloatVector.broadcast(FLOATS, x[i + 7]).fma(w0, b0);
            b1 = FloatVector.broadcast(FLOATS, x[i + 7]).fma(w1, b1);
            c0 = FloatVector.broadcast(FLOATS, x[i + 8]).fma(w0, c0);
            c1 = FloatVector.broadcast(FLOATS, x[i + 8]).fma(w1, c1);
            d0 = FloatVector.broadcast(FLOATS, x[i + 9]).fma(w0, d0);
            d1 = FloatVector.broadcast(FLOATS, x[i + 9]).fma(w1, d1);
            e0 = FloatVector.broadcast(FLOATS, x[i + 10]).fma(w0, e0);
            e1 = FloatVector.broadcast(FLOATS, x[i + 10]).fma(w1, e1);
            f0 = FloatVector.broadcast(FLOATS, x[i + 11]).fma(w0, f0);
            f1 = FloatVector.broadcast(FLOATS, x[i + 11]).fma(w1, f1);
        }
        int at = productAt;
        a0.intoArray(z, at);
        a1.intoArray(z, at + Lanes.COUNT);
        b0.intoArray(z, at + STRIDE);
        b1.intoArray(z, at + STRIDE + Lanes.COUNT);
        c0.intoArray(z, at + 2 * STRIDE);
        c1.intoArray(z, at + 2 * STRIDE + Lanes.COUNT);
        d0.intoArray(z, at + 3 * STRIDE);
        d1.intoArray(z, at + 3 * STRIDE + Lanes.COUNT);
        e0.intoArray(z, at + 4 * STRIDE);
        e1.intoArray(z, at + 4 * STRIDE + Lanes.COUNT);
        f0.intoArray(z, at + 5 * STRIDE);
        f1.intoArray(z, at + 5 * STRIDE + Lanes.COUNT);
    }

    /**
     * Returns the last product, row by row with {@link #STRIDE}; the next one overwrites it, and
     * columns past the matrix are 0.
     */
    public float[] products() {
        return products;
    }
}
