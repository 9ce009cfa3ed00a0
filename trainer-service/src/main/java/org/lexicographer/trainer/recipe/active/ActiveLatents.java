package org.lexicographer.trainer.recipe.active;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.kernel.TileProduct;

/**
 * The active latents of one batch, tile by tile, so that threads can fill and read different tiles
 * at a time. Each entry has two numbers, {@link #VALUE} and {@link #GRADIENT}, and as many more as
 * a recipe asks for.
 */
public final class ActiveLatents {

    /** A latent's activation. */
    public static final int VALUE = 0;

    /** The loss's gradient at a latent. */
    public static final int GRADIENT = 1;

    /** The first kind of number that a recipe has for itself. */
    public static final int OWN = 2;

    private final int dictionarySize;
    private final int kinds;
    private final List<ActiveTile> all = new ArrayList<>();
    private int rows;

    /** Creates the lists of batches whose entries have no more than the two numbers. */
    public ActiveLatents(int dictionarySize) {
        this(dictionarySize, OWN);
    }

    /**
     * Creates the lists of batches.
     *
     * @param kinds how many numbers each entry has, at least {@link #OWN}
     */
    public ActiveLatents(int dictionarySize, int kinds) {
        this.dictionarySize = dictionarySize;
        this.kinds = kinds;
    }

    /** Begins a batch: no latent of its rows is active yet. */
    public void begin(int batchRows) {
        rows = batchRows;
        for (int tile = 0; tile < tiles(); tile++) {
            if (all.size() == tile) {
                all.add(new ActiveTile(TileProduct.ROWS, kinds));
            }
            int first = tile * TileProduct.ROWS;
            all.get(tile).begin(first, Math.min(TileProduct.ROWS, rows - first));
        }
    }

    /** Returns the number of latents, F. */
    public int dictionarySize() {
        return dictionarySize;
    }

    /** Returns the rows of the batch, B. */
    public int rows() {
        return rows;
    }

    /** Returns how many tiles the batch has. */
    public int tiles() {
        return TileProduct.tiles(rows);
    }

    /** Returns a tile of the batch, from 0. */
    public ActiveTile tile(int number) {
        return all.get(number);
    }

    /** Returns how many entries all rows have. */
    public long count() {
        long count = 0;
        for (int tile = 0; tile < tiles(); tile++) {
            count += all.get(tile).count();
        }
        return count;
    }
}
