package org.lexicographer.trainer.recipe.active;

import org.lexicographer.trainer.recipe.kernel.Terms;
import org.lexicographer.trainer.recipe.kernel.TileProduct;

/**
 * Goes through the entries of a tile by ranges of latents, each row on from where it was. For use
 * by one thread.
 */
public final class RowRanges {

    private final int[] next = new int[TileProduct.ROWS];
    private final Terms terms = new Terms();
    private ActiveTile tile;

    /** Begins before the first latent of each row. */
    public void begin(ActiveTile newTile) {
        tile = newTile;
        for (int row = 0; row < tile.rows(); row++) {
            next[row] = tile.start(row);
        }
    }

    /**
     * Returns the row's next entries up to a latent, with numbers of a kind; they hold until the
     * next call.
     *
     * @param limit one past the last latent
     */
    public Terms upTo(int row, int limit, int kind) {
        int[] latents = tile.latents();
        int from = next[row];
        int end = tile.end(row);
        int to = from;
        if (from < end && latents[end - 1] < limit) {
            to = end;
        } else {
            while (to < end && latents[to] < limit) {
                to++;
            }
        }
        next[row] = to;
        return terms.of(latents, tile.numbers(kind)).between(from, to);
    }
}
