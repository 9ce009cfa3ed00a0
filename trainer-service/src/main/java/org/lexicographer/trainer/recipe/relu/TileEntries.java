package org.lexicographer.trainer.recipe.relu;

import java.util.Arrays;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.kernel.Terms;
import org.lexicographer.trainer.recipe.kernel.TileProduct;

/**
 * Visits the entries of a tile, row after row; where many latents are active, block of latents
 * after block, each for all rows, so that what belongs to a block is read from memory once. In a
 * row the order is that of latents either way. For use by one thread.
 */
final class TileEntries {

    /** Latents whose rows of a weight stay in the second cache. */
    private static final int BLOCK = 64;

    /** The share of active latents from which one block's rows are shared by many entries. */
    private static final double SHARE_OF_BLOCKS = 1 / 16.0;

    private final int[] next = new int[TileProduct.ROWS];
    private final Terms terms = new Terms();

    /** Takes some successive entries of a row. */
    @FunctionalInterface
    interface Visit {

        /**
         * Takes entries.
         *
         * @param row the row's number in its tile
         * @param entries their latents and numbers
         */
        void take(int row, Terms entries);
    }

    /** Visits all entries with numbers of a kind. */
    void visit(ActiveTile tile, int kind, int dictionarySize, Visit visit) {
        double all = (double) tile.rows() * dictionarySize;
        int block = tile.count() > SHARE_OF_BLOCKS * all ? BLOCK : dictionarySize;
        Arrays.setAll(next, row -> row < tile.rows() ? tile.start(row) : 0);
        terms.of(tile.latents(), tile.numbers(kind));
        for (int first = 0; first < dictionarySize; first += block) {
            for (int row = 0; row < tile.rows(); row++) {
                int from = next[row];
                boolean last = first + block >= dictionarySize;
                next[row] = last ? tile.end(row) : endBelow(tile, row, from, first + block);
                visit.take(row, terms.between(from, next[row]));
            }
        }
    }

    private static int endBelow(ActiveTile tile, int row, int from, int limit) {
        int n = from;
        while (n < tile.end(row) && tile.latents()[n] < limit) {
            n++;
        }
        return n;
    }
}
