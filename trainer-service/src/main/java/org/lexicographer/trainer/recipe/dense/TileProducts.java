package org.lexicographer.trainer.recipe.dense;

import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Strips;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.trainer.recipe.active.ActiveTile;

/**
 * Products of a tile's entries with all rows of the decoder. After {@link #begin} calls go through
 * the latents from the first to the last. For use by one thread.
 */
public final class TileProducts {

    private static final int STRIP = Strips.ROWS;

    private final DecoderPanels decoder;
    private final TileProduct product;
    private final int[] next = new int[TileProduct.ROWS];
    private ActiveTile tile;

    /** Multiplies with a weight, which is to be packed when a tile is begun. */
    public TileProducts(DecoderPanels decoder) {
        this.decoder = decoder;
        this.product = new TileProduct(Math.max(decoder.outputDim(), TileProduct.SLICE));
    }

    /** Begins before the first latent. */
    public void begin(ActiveTile newTile) {
        tile = newTile;
        for (int row = 0; row < tile.rows(); row++) {
            next[row] = tile.start(row);
        }
    }

    /**
     * Adds W_d times the numbers of some latents' entries to rows.
     *
     * @param kind which numbers
     * @param from the first of the latents
     * @param to one past the last of them
     * @param first which of the rows belongs to the tile's first row
     */
    public void addTo(Rows sums, int first, int kind, int from, int to) {
        Panels panels = decoder.outputs();
        // Products take two columns at a time, and panels end with an even one.
        for (int latent = from - from % 2; latent < to; latent += TileProduct.SLICE) {
            int end = Math.min(to, latent + TileProduct.SLICE);
            spread(kind, latent, Math.max(from, latent), end);
            for (int panel = 0; panel < panels.count(); panel += TileProduct.PANELS) {
                product.multiply(panels, panel, panels.groupAt(panel), latent);
                product.addTo(sums, first, tile.rows(), panel * Panels.WIDTH);
            }
        }
    }

    /** Makes numbers of some latents the elements that are multiplied. */
    private void spread(int kind, int firstColumn, int from, int to) {
        product.begin(tile.rows(), to - firstColumn);
        for (int row = 0; row < tile.rows(); row += STRIP) {
            int last = Math.min(tile.rows(), row + STRIP);
            if (isFull(row, from, to)) {
                int place = product.place(row) + (from - firstColumn) * STRIP;
                spreadStrip(tile.numbers(kind), row, place, to - from);
            } else {
                spreadSome(tile.numbers(kind), row, last, firstColumn, to);
            }
        }
    }

    /** Tells whether all rows of a strip have the next latents, up to before the last one. */
    private boolean isFull(int row, int from, int to) {
        boolean full = row + STRIP <= tile.rows();
        for (int r = row; full && r < row + STRIP; r++) {
            full = isFullRow(r, from, to);
        }
        return full;
    }

    private boolean isFullRow(int row, int from, int to) {
        int last = next[row] + to - from - 1;
        return last < tile.end(row) && tile.latents()[last] == to - 1;
    }

    /** Takes rows side by side, as the product has them: so memory is written in order. */
    private void spreadStrip(float[] numbers, int row, int place, int columns) {
        float[] inputs = product.inputs();
        int a = next[row];
        int b = next[row + 1];
        int c = next[row + 2];
        int d = next[row + 3];
        int e = next[row + 4];
        int f = next[row + 5];
        int to = place;
        for (int n = 0; n < columns; n++, to += STRIP) {
            inputs[to] = numbers[a + n];
            inputs[to + 1] = numbers[b + n];
            inputs[to + 2] = numbers[c + n];
            inputs[to + 3] = numbers[d + n];
            inputs[to + 4] = numbers[e + n];
            inputs[to + 5] = numbers[f + n];
        }
        for (int r = row; r < row + STRIP; r++) {
            next[r] += columns;
        }
    }

    private void spreadSome(float[] numbers, int firstRow, int lastRow, int firstColumn, int to) {
        float[] inputs = product.inputs();
        int[] latents = tile.latents();
        for (int row = firstRow; row < lastRow; row++) {
            int place = product.place(row) - firstColumn * STRIP;
            int end = tile.end(row);
            int n = next[row];
            for (; n < end && latents[n] < to; n++) {
                inputs[place + latents[n] * STRIP] = numbers[n];
            }
            next[row] = n;
        }
    }

    /**
     * Sets numbers of some latents' entries to the scalar product of a row and the latent's row of
     * W_d.
     *
     * @param rows what is multiplied, of width Dout
     * @param first which of the rows belongs to the tile's first row
     * @param kind which numbers
     * @param from the first of the latents
     * @param to one past the last of them
     */
    public void setDots(Rows rows, int first, int kind, int from, int to) {
        Panels panels = decoder.latents();
        product.load(rows, first, tile.rows());
        int last = (to + Panels.WIDTH - 1) / Panels.WIDTH;
        for (int panel = from / Panels.WIDTH; panel < last; panel += TileProduct.PANELS) {
            product.multiply(panels, panel, Math.min(TileProduct.PANELS, last - panel));
            int latent = panel * Panels.WIDTH;
            collect(
                    kind,
                    latent,
                    Math.max(from, latent),
                    Math.min(to, latent + TileProduct.STRIDE));
        }
    }

    private void collect(int kind, int firstColumn, int from, int to) {
        float[] products = product.products();
        int[] latents = tile.latents();
        float[] numbers = tile.numbers(kind);
        for (int row = 0; row < tile.rows(); row++) {
            int place = row * TileProduct.STRIDE - firstColumn;
            int n = next[row];
            if (isFullRow(row, from, to)) {
                System.arraycopy(products, place + from, numbers, n, to - from);
                next[row] = n + to - from;
                continue;
            }
            int end = tile.end(row);
            for (; n < end && latents[n] < to; n++) {
                numbers[n] = products[place + latents[n]];
            }
            next[row] = n;
        }
    }
}
