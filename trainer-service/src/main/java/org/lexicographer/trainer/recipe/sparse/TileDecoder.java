package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.dense.DecoderPanels;
import org.lexicographer.trainer.recipe.dense.TileProducts;
import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.Terms;

/**
 * Multiplies entries of a tile with the decoder. Where few latents are active, a row at a time is
 * best, so that what its latents have in memory is still in the cache when they are needed again;
 * where many are, block of latents after block, each for all rows of the tile, so that what belongs
 * to a block is read from memory once. In a row the order is that of latents either way. Where most
 * are, the tile is multiplied as a whole. For use by one thread.
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
    private final TileProducts products;
    private ActiveTile tile;
    private int from;
    private int to;
    private int block;
    private int latent;
    private boolean multiplies;

    /**
     * Decodes by W_d.
     *
     * @param decoder W_d (F, Dout)
     * @param panels the same, packed where tiles are to be multiplied as a whole
     */
    TileDecoder(Rows decoder, DecoderPanels panels) {
        this.decoder = decoder;
        this.products = new TileProducts(panels);
    }

    /** What is done with some entries of a row. */
    @FunctionalInterface
    private interface Loop {

        void run(Rows rows, int row, Rows matrix, Terms entries);
    }

    /**
     * Takes a tile.
     *
     * @param whole whether it is to be multiplied as if all latents were active
     * @return how many of its rows are to be decoded at once
     */
    int take(ActiveTile newTile, boolean whole) {
        tile = newTile;
        multiplies = whole;
        boolean many = tile.count() > SHARE_OF_BLOCKS * tile.rows() * decoder.count();
        block = many ? BLOCK : decoder.count();
        return many || whole ? tile.rows() : 1;
    }

    /** Begins before the first latent of some rows of the tile. */
    void begin(int fromRow, int toRow) {
        from = fromRow;
        to = toRow;
        latent = 0;
        if (multiplies) {
            products.begin(tile);
            return;
        }
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
        if (multiplies) {
            products.addTo(sums, first, kind, latent, end);
            latent = end;
        } else {
            run(ADD_ROWS, sums, first, kind, end);
        }
    }

    /**
     * Adds W_d' times rows to the numbers of a kind, which are to be 0, of latents from where the
     * last call ended.
     *
     * @param gradients the rows
     * @param first which of these belongs to the tile's first row
     * @param end one past the last latent
     */
    void addDots(Rows gradients, int first, int kind, int end) {
        if (multiplies) {
            products.setDots(gradients, first, kind, latent, end);
            latent = end;
        } else {
            run(ADD_DOTS, gradients, first, kind, end);
        }
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
