package org.lexicographer.trainer.recipe.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The product of a tile of rows with panels of a matrix: the tile stays in the second cache, a
 * panel in the first, and what is being summed in registers. For use by one thread.
 *
 * <p>Each element is one sum in the order of columns, with products fused into it, and so has the
 * same bits whatever tile its row is in.
 */
public final class TileProduct {

    /** Rows of a tile. */
    public static final int ROWS = 96;

    /** Panels that are multiplied at once. */
    public static final int PANELS = 8;

    /** Elements from one row of products to the next. */
    public static final int STRIDE = PANELS * Panels.WIDTH;

    /** Rows that are summed at once; with two vectors each they leave four registers. */
    private static final int STRIP = 6;

    /** Columns of a panel that stay in the first cache; even. */
    private static final int SLICE = 512;

    private final int depth;
    private final float[] inputs;
    private final float[] products = new float[ROWS * STRIDE];
    private int strips;

    /** Multiplies rows of so many columns. */
    public TileProduct(int columns) {
        this.depth = Panels.evenDepth(columns);
        this.inputs = new float[ROWS * depth];
    }

    /** Takes the rows of a tile: {@code count} rows from {@code first} on. */
    public void load(Rows rows, int first, int count) {
        strips = (count + STRIP - 1) / STRIP;
        Arrays.fill(inputs, 0, strips * STRIP * depth, 0);
        for (int row = 0; row < count; row++) {
            int at = place(row);
            long from = rows.start(first + row) * Float.BYTES;
            for (int column = 0; column < rows.width(); column++) {
                inputs[at + column * STRIP] =
                        Lanes.get(rows.memory(), from + (long) column * Float.BYTES);
            }
        }
    }

    /** Rows of a strip lie side by side, column after column. */
    private int place(int row) {
        return row / STRIP * STRIP * depth + row % STRIP;
    }

    /** Multiplies the tile with so many panels, which {@link #products} has then. */
    public void multiply(Panels panels, int firstPanel, int count) {
        Arrays.fill(products, 0, strips * STRIP * STRIDE, 0);
        for (int from = 0; from < depth; from += SLICE) {
            int columns = Math.min(SLICE, depth - from);
            for (int panel = 0; panel < count; panel++) {
                long at = panels.start(firstPanel + panel) + (long) from * Panels.WIDTH;
                for (int strip = 0; strip < strips; strip++) {
                    int input = (strip * depth + from) * STRIP;
                    int product = strip * STRIP * STRIDE + panel * Panels.WIDTH;
                    multiplyStrip(panels.memory(), at, input, columns, product);
                }
            }
        }
    }

    private void multiplyStrip(
            MemorySegment panel, long panelAt, int inputAt, int columns, int productAt) {
        float[] x = inputs;
        FloatVector a0 = product(productAt);
        FloatVector a1 = product(productAt + Lanes.COUNT);
        FloatVector b0 = product(productAt + STRIDE);
        FloatVector b1 = product(productAt + STRIDE + Lanes.COUNT);
        FloatVector c0 = product(productAt + 2 * STRIDE);
        FloatVector c1 = product(productAt + 2 * STRIDE + Lanes.COUNT);
        FloatVector d0 = product(productAt + 3 * STRIDE);
        FloatVector d1 = product(productAt + 3 * STRIDE + Lanes.COUNT);
        FloatVector e0 = product(productAt + 4 * STRIDE);
        FloatVector e1 = product(productAt + 4 * STRIDE + Lanes.COUNT);
        FloatVector f0 = product(productAt + 5 * STRIDE);
        FloatVector f1 = product(productAt + 5 * STRIDE + Lanes.COUNT);
        int end = inputAt + columns * STRIP;
        long w = panelAt * Float.BYTES;
        // Two columns a turn: with one, counting takes a tenth of the time.
        for (int i = inputAt; i < end; i += 2 * STRIP, w += 4 * Lanes.BYTES) {
            FloatVector w0 = Lanes.load(panel, w);
            FloatVector w1 = Lanes.load(panel, w + Lanes.BYTES);
            a0 = broadcast(x[i]).fma(w0, a0);
            a1 = broadcast(x[i]).fma(w1, a1);
            b0 = broadcast(x[i + 1]).fma(w0, b0);
            b1 = broadcast(x[i + 1]).fma(w1, b1);
            c0 = broadcast(x[i + 2]).fma(w0, c0);
            c1 = broadcast(x[i + 2]).fma(w1, c1);
            d0 = broadcast(x[i + 3]).fma(w0, d0);
            d1 = broadcast(x[i + 3]).fma(w1, d1);
            e0 = broadcast(x[i + 4]).fma(w0, e0);
            e1 = broadcast(x[i + 4]).fma(w1, e1);
            f0 = broadcast(x[i + 5]).fma(w0, f0);
            f1 = broadcast(x[i + 5]).fma(w1, f1);
            w0 = Lanes.load(panel, w + 2 * Lanes.BYTES);
            w1 = Lanes.load(panel, w + 3 * Lanes.BYTES);
            a0 = broadcast(x[i + 6]).fma(w0, a0);
            a1 = broadcast(x[i + 6]).fma(w1, a1);
            b0 = broadcast(x[i + 7]).fma(w0, b0);
            b1 = broadcast(x[i + 7]).fma(w1, b1);
            c0 = broadcast(x[i + 8]).fma(w0, c0);
            c1 = broadcast(x[i + 8]).fma(w1, c1);
            d0 = broadcast(x[i + 9]).fma(w0, d0);
            d1 = broadcast(x[i + 9]).fma(w1, d1);
            e0 = broadcast(x[i + 10]).fma(w0, e0);
            e1 = broadcast(x[i + 10]).fma(w1, e1);
            f0 = broadcast(x[i + 11]).fma(w0, f0);
            f1 = broadcast(x[i + 11]).fma(w1, f1);
        }
        store(productAt, a0, a1);
        store(productAt + STRIDE, b0, b1);
        store(productAt + 2 * STRIDE, c0, c1);
        store(productAt + 3 * STRIDE, d0, d1);
        store(productAt + 4 * STRIDE, e0, e1);
        store(productAt + 5 * STRIDE, f0, f1);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(Lanes.FLOATS, value);
    }

    private FloatVector product(int at) {
        return FloatVector.fromArray(Lanes.FLOATS, products, at);
    }

    private void store(int at, FloatVector first, FloatVector second) {
        first.intoArray(products, at);
        second.intoArray(products, at + Lanes.COUNT);
    }

    /**
     * Returns the last product, row by row with {@link #STRIDE}; the next one overwrites it, and
     * columns past the matrix are 0.
     */
    public float[] products() {
        return products;
    }
}
