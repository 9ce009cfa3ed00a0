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
    private int firstTile;
    private int endTile;

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
        beginPart(0, tiles());
    }

    /**
     * Begins with some tiles of the batch, whose lists take the place of those before.
     *
     * @param first the first tile
     * @param end one past the last one
     */
    public void beginPart(int first, int end) {
        firstTile = first;
        endTile = end;
        while (all.size() < end - first) {
            all.add(new ActiveTile(TileProduct.ROWS, kinds));
        }
        for (int tile = first; tile < end; tile++) {
            int row = tile * TileProduct.ROWS;
            tile(tile).begin(row, Math.min(TileProduct.ROWS, rows - row));
        }
    }

    /** Returns the first of the tiles that have lists. */
    public int firstTile() {
        return firstTile;
    }

    /** Returns one past the last of the tiles that have lists. */
    public int endTile() {
        return endTile;
    }

    /** Returns the first of the rows that have lists. */
    public int firstRow() {
        return firstTile * TileProduct.ROWS;
    }

    /** Returns one past the last of the rows that have lists. */
    public int endRow() {
        return Math.min(rows, endTile * TileProduct.ROWS);
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

    /** Returns a tile that has lists, by its number in the batch. */
    public ActiveTile tile(int number) {
        return all.get(number - firstTile);
    }

    /** Returns how many entries the rows that have lists have. */
    public long count() {
        long count = 0;
        for (int tile = firstTile; tile < endTile; tile++) {
            count += tile(tile).count();
        }
        return count;
    }
}
