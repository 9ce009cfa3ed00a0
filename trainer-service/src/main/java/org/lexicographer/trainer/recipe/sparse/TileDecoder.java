package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.Terms;
import org.lexicographer.trainer.recipe.kernel.TileProduct;

/**
 * Multiplies entries of a tile with the decoder. Where few latents are active, a row at a time is
 * best, so that what its latents have in memory is still in the cache when they are needed again;
 * where many are, block of latents after block, each for all rows of the tile, so that what belongs
 * to a block is read from memory once. In a row the order is that of latents either way. For use by
 * one thread.
 */
final class TileDecoder {

    /** Latents whose decoder rows stay in the second cache. */
    private static final int BLOCK = 64;

    /** The share of active latents from which one block's rows are shared by many entries. */
    private static final double SHARE_OF_BLOCKS = 1 / 16.0;

    private static final Loop ADD_ROWS = Gather::addRows;
    private static final Loop ADD_DOTS = Gather::addDots;

    private final Rows decoder;
    private final int[] next = new int[TileProduct.ROWS];
    private final Terms terms = new Terms();
    private ActiveTile tile;
    private int from;
    private int to;
    private int block;
    private int latent;

    /** Decodes by W_d (F, Dout). */
    TileDecoder(Rows decoder) {
        this.decoder = decoder;
    }

    /** What is done with some entries of a row. */
    @FunctionalInterface
    private interface Loop {

        void run(Rows rows, int row, Rows matrix, Terms entries);
    }

    /** Returns how many rows of a tile are best decoded at once. */
    int rowsAtOnce(ActiveTile of) {
        return hasMany(of) ? of.rows() : 1;
    }

    private boolean hasMany(ActiveTile of) {
        return of.count() > SHARE_OF_BLOCKS * of.rows() * decoder.count();
    }

    /** Begins before the first latent of some rows of a tile. */
    void begin(ActiveTile newTile, int fromRow, int toRow) {
        tile = newTile;
        from = fromRow;
        to = toRow;
        latent = 0;
        block = hasMany(tile) ? BLOCK : decoder.count();
        for (int row = from; row < to; row++) {
            next[row] = tile.start(row);
        }
    }

    /**
     * Adds W_d times the numbers of a kind, of latents from where the last call ended.
     *
     * @param sums the rows that they are added to
     * @param first which of these belongs to the tile's first row
     * @param end one past the last latent
     */
    void addTo(Rows sums, int first, int kind, int end) {
        run(ADD_ROWS, sums, first, kind, end);
    }

    /**
     * Adds W_d' times rows to the numbers of a kind, of latents from where the last call ended.
     *
     * @param gradients the rows
     * @param first which of these belongs to the tile's first row
     * @param end one past the last latent
     */
    void addDots(Rows gradients, int first, int kind, int end) {
        run(ADD_DOTS, gradients, first, kind, end);
    }

    private void run(Loop loop, Rows rows, int first, int kind, int end) {
        terms.of(tile.latents(), tile.numbers(kind));
        while (latent < end) {
            latent = Math.min(end, latent + block);
            for (int row = from; row < to; row++) {
                int start = next[row];
                next[row] = endBelow(row, start, latent);
                loop.run(rows, first + row, decoder, terms.between(start, next[row]));
            }
        }
    }

    private int endBelow(int row, int start, int limit) {
        int[] latents = tile.latents();
        int end = tile.end(row);
        if (start < end && latents[end - 1] < limit) {
            return end;
        }
        int n = start;
        while (n < end && latents[n] < limit) {
            n++;
        }
        return n;
    }
}
