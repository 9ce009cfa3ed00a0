package org.lexicographer.trainer.recipe.sparse;

import java.util.Arrays;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;

/**
 * The entries of a batch, latent by latent; those of one latent are in the order of their rows, so
 * that sums over them have one order, whatever threads sort them. Arrays are used again for the
 * next batch.
 */
final class EntriesByLatent implements LatentEntries {

    private final Workers workers;
    private final int[] kinds;
    private final int[] latentStart;
    private final float[][] numbers;
    private int[][] tilePlace = new int[0][];
    private int[] rows = new int[0];

    /** Sorts entries of so many latents with numbers of some kinds. */
    EntriesByLatent(Workers workers, int dictionarySize, int... kinds) {
        this.workers = workers;
        this.kinds = kinds;
        this.latentStart = new int[dictionarySize + 1];
        this.numbers = new float[kinds.length][0];
    }

    /** Sorts the entries of a batch, or of the part of it that has lists. */
    void sort(ActiveLatents active) {
        int first = active.firstTile();
        int tiles = active.endTile() - first;
        if (tilePlace.length < tiles) {
            tilePlace = new int[tiles][latentStart.length - 1];
        }
        workers.run(tiles, (tile, worker) -> count(active.tile(first + tile), tilePlace[tile]));
        int count = placeTiles(tiles);
        if (rows.length < count) {
            int capacity = Math.max(count, rows.length + rows.length / 8);
            rows = new int[capacity];
            Arrays.setAll(numbers, kind -> new float[capacity]);
        }
        workers.run(tiles, (tile, worker) -> fill(active.tile(first + tile), tilePlace[tile]));
    }

    private static void count(ActiveTile tile, int[] counts) {
        Arrays.fill(counts, 0);
        for (int row = 0; row < tile.rows(); row++) {
            for (int n = tile.start(row); n < tile.end(row); n++) {
                counts[tile.latents()[n]]++;
            }
        }
    }

    /** Turns counts into where each tile's entries of a latent start. */
    private int placeTiles(int tiles) {
        int place = 0;
        for (int latent = 0; latent < latentStart.length - 1; latent++) {
            latentStart[latent] = place;
            for (int tile = 0; tile < tiles; tile++) {
                int count = tilePlace[tile][latent];
                tilePlace[tile][latent] = place;
                place += count;
            }
        }
        latentStart[latentStart.length - 1] = place;
        return place;
    }

    private void fill(ActiveTile tile, int[] place) {
        for (int row = 0; row < tile.rows(); row++) {
            for (int n = tile.start(row); n < tile.end(row); n++) {
                int to = place[tile.latents()[n]]++;
                rows[to] = tile.firstRow() + row;
                for (int kind = 0; kind < kinds.length; kind++) {
                    numbers[kind][to] = tile.numbers(kinds[kind])[n];
                }
            }
        }
    }

    /** Returns the first entry of a latent; F stands for one past the last entry of all. */
    int start(int latent) {
        return latentStart[latent];
    }

    /** Returns one past the last entry of a latent. */
    int end(int latent) {
        return latentStart[latent + 1];
    }

    /** Returns one past the last of a latent's entries, from one on, whose row is below a limit. */
    int endBelow(int latent, int from, int limit) {
        int end = end(latent);
        if (from < end && rows[end - 1] < limit) {
            return end;
        }
        int n = from;
        while (n < end && rows[n] < limit) {
            n++;
        }
        return n;
    }

    @Override
    public long count(int from, int to) {
        return (long) start(to) - start(from);
    }

    @Override
    public int above(int latent) {
        float[] values = numbers(ActiveLatents.VALUE);
        int above = 0;
        for (int n = start(latent); n < end(latent); n++) {
            above += values[n] <= 0 ? 0 : 1;
        }
        return above;
    }

    @Override
    public float addNumbers(int latent, int kind, float sum) {
        float[] all = numbers(kind);
        float total = sum;
        for (int n = start(latent); n < end(latent); n++) {
            total += all[n];
        }
        return total;
    }

    /** Returns the rows by entry. */
    int[] rows() {
        return rows;
    }

    /** Returns the numbers of one of the kinds by entry. */
    float[] numbers(int kind) {
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] == kind) {
                return numbers[i];
            }
        }
        throw new IllegalArgumentException(
                "numbers not sorted: expected=%s, found=%d"
                        .formatted(Arrays.toString(kinds), kind));
    }
}
