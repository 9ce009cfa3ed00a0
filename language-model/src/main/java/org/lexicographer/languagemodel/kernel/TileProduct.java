package org.lexicographer.languagemodel.kernel;

import java.util.Arrays;

/**
 * The product of a tile of rows with groups of panels: the tile stays in the second cache, a part
 * of a panel in the first. For use by one thread.
 *
 * <p>Each element is the sum, in their order, of the products of slices of columns.
 */
final class TileProduct {

    /** Rows of a tile, whole strips. */
    static final int ROWS = 96;

    /** Panels of a group. */
    static final int GROUP = 8;

    /** Elements from one row of products to the next. */
    static final int STRIDE = GROUP * Strips.WIDTH;

    /** Columns of a panel that stay in the first cache, beside those of a strip; even. */
    private static final int SLICE = 512;

    private static final ThreadLocal<TileProduct> OF_THREAD =
            ThreadLocal.withInitial(TileProduct::new);

    private final float[] products = new float[ROWS * STRIDE];
    private final float[] slice = new float[ROWS * STRIDE];
    private float[] inputs = {};
    private int depth;
    private Strips ofFirst;
    private Strips others;
    private int rows;

    private TileProduct() {}

    /** Returns this thread's, for rows of so many columns, until it is asked for again. */
    static TileProduct ofThread(int columns) {
        TileProduct product = OF_THREAD.get();
        product.depth = Panels.evenDepth(columns);
        if (product.inputs.length < ROWS * product.depth) {
            product.inputs = new float[ROWS * product.depth];
            product.ofFirst = new Strips(product.inputs, product.products, STRIDE);
            product.others = new Strips(product.inputs, product.slice, STRIDE);
        }
        return product;
    }

    static int tiles(int rows) {
        return Math.ceilDiv(rows, ROWS);
    }

    static int groups(Panels panels) {
        return Math.ceilDiv(panels.count(), GROUP);
    }

    /** Takes the rows of a tile; returns how many there are. */
    int load(Rows source, int tile) {
        int first = tile * ROWS;
        rows = Math.min(ROWS, source.count() - first);
        Arrays.fill(inputs, 0, Strips.paddedRows(rows) * depth, 0);
        for (int row = 0; row < rows; row++) {
            int at = row / Strips.ROWS * Strips.ROWS * depth + row % Strips.ROWS;
            source.spread(first + row, inputs, at, Strips.ROWS);
        }
        return rows;
    }

    /** Multiplies the tile with the panels of a group, whose products replace the last ones. */
    void multiply(Panels panels, int group) {
        int end = Math.min(panels.count(), (group + 1) * GROUP);
        for (int from = 0; from < depth; from += SLICE) {
            Strips strips = from == 0 ? ofFirst : others;
            for (int panel = group * GROUP; panel < end; panel++) {
                multiply(strips, panels, panel, from);
            }
            if (from > 0) {
                addSlice();
            }
        }
    }

    private void multiply(Strips strips, Panels panels, int panel, int from) {
        int columns = Math.min(SLICE, depth - from);
        long at = panels.start(panel) + (long) from * Strips.WIDTH * Float.BYTES;
        int productAt = panel % GROUP * Strips.WIDTH;
        for (int row = 0; row < rows; row += Strips.ROWS) {
            int inputAt = row * depth + from * Strips.ROWS;
            strips.multiply(panels.memory(), at, inputAt, columns, row * STRIDE + productAt);
        }
    }

    private void addSlice() {
        for (int i = 0; i < rows * STRIDE; i++) {
            products[i] += slice[i];
        }
    }

    /** Returns the last products, row by row with {@link #STRIDE}. */
    float[] products() {
        return products;
    }
}
