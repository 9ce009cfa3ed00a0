package org.lexicographer.kernel;

import java.util.Arrays;

/**
 * Rows cut into tiles for the threads that share them: tiles are as large as a {@link TileProduct}
 * takes while there are many rows left, and get smaller towards the end, so that all threads are
 * done at about the same time.
 */
public final class Tiles {

    /** Two strips: what is packed for a smaller tile is used too rarely. */
    private static final int SMALLEST = 2 * Strips.ROWS;

    private final int[] starts;

    private Tiles(int[] starts) {
        this.starts = starts;
    }

    /** Cuts rows for a number of threads. */
    public static Tiles of(int rows, int threads) {
        int[] starts = new int[rows / SMALLEST + 2];
        int count = 0;
        for (int start = 0; start < rows; start += size(rows - start, threads)) {
            starts[count++] = start;
        }
        starts[count] = rows;
        return new Tiles(Arrays.copyOf(starts, count + 1));
    }

    /** With one thread nobody waits for another. */
    private static int size(int left, int threads) {
        int share = threads == 1 ? TileProduct.ROWS : left / (2 * threads);
        int strips = Math.ceilDiv(share, Strips.ROWS) * Strips.ROWS;
        return Math.min(left, Math.clamp(strips, SMALLEST, TileProduct.ROWS));
    }

    /** Returns how many tiles there are. */
    public int count() {
        return starts.length - 1;
    }

    /** Returns the first row of a tile. */
    public int first(int tile) {
        return starts[tile];
    }

    /** Returns how many rows a tile has. */
    public int rows(int tile) {
        return starts[tile + 1] - starts[tile];
    }
}
