package org.lexicographer.trainer.recipe.active;

import java.util.Arrays;
import org.lexicographer.trainer.recipe.kernel.Terms;

/**
 * The entries of some successive latents, latent by latent; rows stay in order, so that sums over
 * the batch have one order. For use by one thread.
 */
public final class LatentRange {

    private int first;
    private int[] starts = new int[1];
    private int[] from = new int[0];
    private int[] to = new int[0];
    private int[] rows = new int[0];
    private float[] values = new float[0];
    private float[] gradients = new float[0];
    private final Terms terms = new Terms();

    /** Takes the entries of {@code count} latents from {@code firstLatent} on. */
    public void fill(ActiveLatents active, int firstLatent, int count) {
        first = firstLatent;
        if (starts.length <= count + 1) {
            starts = new int[count + 2];
        }
        if (from.length < active.rows()) {
            from = new int[active.rows()];
            to = new int[active.rows()];
        }
        Arrays.fill(starts, 0, count + 2, 0);
        for (int number = 0; number < active.tiles(); number++) {
            count(active.tile(number), firstLatent + count);
        }
        for (int latent = 2; latent <= count + 1; latent++) {
            starts[latent] += starts[latent - 1];
        }
        makeRoom(starts[count + 1]);
        for (int number = 0; number < active.tiles(); number++) {
            copy(active.tile(number));
        }
    }

    /** Counts a latent's entries two places on: a latent's start becomes its end in copying. */
    private void count(ActiveTile tile, int limit) {
        int[] latents = tile.latents();
        for (int row = 0; row < tile.rows(); row++) {
            int n = place(latents, tile.start(row), tile.end(row), first);
            from[tile.firstRow() + row] = n;
            for (; n < tile.end(row) && latents[n] < limit; n++) {
                starts[latents[n] - first + 2]++;
            }
            to[tile.firstRow() + row] = n;
        }
    }

    private static int place(int[] latents, int start, int end, int latent) {
        int found = Arrays.binarySearch(latents, start, end, latent);
        return found < 0 ? -found - 1 : found;
    }

    private void makeRoom(int count) {
        if (rows.length < count) {
            int size = Math.max(count, 2 * rows.length);
            rows = new int[size];
            values = new float[size];
            gradients = new float[size];
        }
    }

    private void copy(ActiveTile tile) {
        int[] latents = tile.latents();
        float[] tileValues = tile.values();
        float[] tileGradients = tile.gradients();
        for (int row = tile.firstRow(); row < tile.firstRow() + tile.rows(); row++) {
            for (int n = from[row]; n < to[row]; n++) {
                int place = starts[latents[n] - first + 1]++;
                rows[place] = row;
                values[place] = tileValues[n];
                gradients[place] = tileGradients[n];
            }
        }
    }

    /** Returns a latent's first entry. */
    public int start(int latent) {
        return starts[latent - first];
    }

    /** Returns one past a latent's last entry. */
    public int end(int latent) {
        return starts[latent - first + 1];
    }

    /** Returns the first of a latent's entries from a place on that is of a row or a later one. */
    public int place(int latent, int start, int row) {
        int n = start;
        int end = end(latent);
        if (n < end && rows[end - 1] < row) {
            return end;
        }
        while (n < end && rows[n] < row) {
            n++;
        }
        return n;
    }

    /** Returns rows with values; they hold until the next call. */
    public Terms values(int start, int end) {
        return terms.of(rows, values).between(start, end);
    }

    /** Returns rows with the loss's gradients at the latents; they hold until the next call. */
    public Terms gradients(int start, int end) {
        return terms.of(rows, gradients).between(start, end);
    }

    /** Returns the sum of a latent's gradients, in the order of rows. */
    public float sumOfGradients(int latent) {
        float sum = 0;
        for (int n = start(latent); n < end(latent); n++) {
            sum += gradients[n];
        }
        return sum;
    }
}
