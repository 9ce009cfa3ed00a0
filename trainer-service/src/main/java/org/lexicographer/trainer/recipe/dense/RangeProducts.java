package org.lexicographer.trainer.recipe.dense;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Strips;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.trainer.recipe.active.ActiveTile;

/**
 * Sums over all rows of a batch, each multiplied by the numbers of latents of one range. For use by
 * one thread.
 */
public final class RangeProducts {

    /** Rows of the batch that are multiplied at once: whole tiles. */
    public static final int ROWS = TileProduct.SLICE / TileProduct.ROWS * TileProduct.ROWS;

    private static final int STRIP = Strips.ROWS;

    /** The least that a strip's column fits into. */
    private static final VectorSpecies<Float> COLUMN = FloatVector.SPECIES_256;

    private static final boolean HAS_COLUMNS = Lanes.COUNT >= COLUMN.length();

    private final TileProduct product = new TileProduct(ROWS);
    private final int[] places = new int[RangeEntries.RANGE];
    private RangeEntries entries;
    private int from;
    private int to;

    /** Begins with latents of one range, from the first to before the last. */
    public void begin(RangeEntries newEntries, int first, int last) {
        entries = newEntries;
        from = first;
        to = last;
    }

    /**
     * Adds the sums to a row for each of the latents.
     *
     * @param slot which of the rows belongs to the first latent
     * @param kind the numbers that rows are multiplied by
     * @param batch has the matrix packed
     * @param matrix the batch's rows
     */
    public void addTo(Rows sums, int slot, int kind, BatchPanels batch, Rows matrix) {
        Panels panels = batch.of(matrix);
        int last = entries.active().endRow();
        for (int row = entries.active().firstRow(); row < last; row += ROWS) {
            spread(kind, row, Math.min(last, row + ROWS));
            for (int panel = 0; panel < panels.count(); panel += TileProduct.PANELS) {
                product.multiply(panels, panel, panels.groupAt(panel), row);
                product.addTo(sums, slot, to - from, panel * Panels.WIDTH);
            }
        }
    }

    /** Makes the latents' numbers the elements that are multiplied, a column for each row. */
    private void spread(int kind, int firstRow, int lastRow) {
        product.begin(to - from, lastRow - firstRow);
        for (int n = 0; n < to - from; n++) {
            places[n] = product.place(n);
        }
        for (int row = firstRow; row < lastRow; row++) {
            ActiveTile tile = entries.active().tile(row / TileProduct.ROWS);
            int column = (row - firstRow) * STRIP;
            // What is written past a strip's column is in the next one, which is written later.
            if (HAS_COLUMNS && isFull(row) && row + 1 < lastRow && isFull(row + 1)) {
                spreadAll(tile.numbers(kind), start(row) + from % RangeEntries.RANGE, column);
            } else {
                spreadSome(tile, tile.numbers(kind), row, column);
            }
        }
    }

    private boolean isFull(int row) {
        return entries.isFull(row, from / RangeEntries.RANGE);
    }

    private int start(int row) {
        return entries.start(row, from / RangeEntries.RANGE);
    }

    private void spreadAll(float[] numbers, int first, int column) {
        float[] inputs = product.inputs();
        int n = 0;
        for (; n <= to - from - COLUMN.length(); n += STRIP) {
            FloatVector.fromArray(COLUMN, numbers, first + n).intoArray(inputs, column + places[n]);
        }
        for (; n < to - from; n++) {
            inputs[column + places[n]] = numbers[first + n];
        }
    }

    private void spreadSome(ActiveTile tile, float[] numbers, int row, int column) {
        float[] inputs = product.inputs();
        int[] latents = tile.latents();
        int end = entries.end(row, from / RangeEntries.RANGE);
        for (int n = start(row); n < end; n++) {
            int latent = latents[n];
            if (latent >= from && latent < to) {
                inputs[column + places[latent - from]] = numbers[n];
            }
        }
    }
}
