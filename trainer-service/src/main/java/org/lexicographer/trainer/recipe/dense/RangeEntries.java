package org.lexicographer.trainer.recipe.dense;

import static jdk.incubator.vector.VectorOperators.LE;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;

/**
 * Where the entries of ranges of latents lie in the lists of the rows, and what they come to,
 * latent by latent. Arrays are used again for the next batch.
 */
public final class RangeEntries {

    /** Latents of one range: rows of a product's tile. */
    public static final int RANGE = TileProduct.ROWS;

    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

    private final Workers workers;
    private final int[] kinds;
    private final int ranges;
    private final int[] counts;
    private final float[] above;
    private final float[][] sums;
    private int[][] starts = new int[0][];
    private ActiveLatents active;

    /** Sums numbers of some kinds, of the entries of so many latents. */
    public RangeEntries(Workers workers, int dictionarySize, int... kinds) {
        this.workers = workers;
        this.kinds = kinds;
        this.ranges = (dictionarySize + RANGE - 1) / RANGE;
        this.counts = new int[dictionarySize];
        this.above = new float[dictionarySize];
        this.sums = new float[kinds.length][dictionarySize];
    }

    /** Takes the entries of the rows that have lists, which are to stay as they are. */
    public void begin(ActiveLatents batch) {
        active = batch;
        int rows = active.endRow() - active.firstRow();
        if (starts.length < rows) {
            starts = new int[rows][ranges + 1];
        }
        int first = active.firstTile();
        workers.run(active.endTile() - first, (tile, worker) -> find(active.tile(first + tile)));
        workers.run(ranges, (range, worker) -> add(range));
    }

    private void find(ActiveTile tile) {
        int[] latents = tile.latents();
        for (int row = 0; row < tile.rows(); row++) {
            int[] found = starts[tile.firstRow() - active.firstRow() + row];
            int end = tile.end(row);
            found[0] = tile.start(row);
            for (int range = 1; range < ranges; range++) {
                int from = found[range - 1];
                // No range has more entries than latents.
                int limit = Math.min(end, from + RANGE);
                found[range] = place(latents, from, limit, range * RANGE);
            }
            found[ranges] = end;
        }
    }

    private static int place(int[] latents, int start, int end, int latent) {
        if (end > start && latents[end - 1] < latent) {
            return end; // so it is wherever all latents of a range are active
        }
        int found = Arrays.binarySearch(latents, start, end, latent);
        return found < 0 ? -found - 1 : found;
    }

    private void add(int range) {
        int first = range * RANGE;
        int last = end(range);
        Arrays.fill(counts, first, last, 0);
        Arrays.fill(above, first, last, 0);
        for (float[] sum : sums) {
            Arrays.fill(sum, first, last, 0);
        }
        int fullRows = 0;
        for (int row = active.firstRow(); row < active.endRow(); row++) {
            if (isFull(row, range)) {
                addAll(row, range);
                fullRows++;
            } else {
                addSome(row, range);
            }
        }
        for (int latent = first; latent < last; latent++) {
            counts[latent] += fullRows;
        }
    }

    private int end(int range) {
        return Math.min(counts.length, (range + 1) * RANGE);
    }

    private void addAll(int row, int range) {
        ActiveTile tile = active.tile(row / TileProduct.ROWS);
        int from = start(row, range);
        int first = range * RANGE;
        int last = end(range);
        for (int i = 0; i < kinds.length; i++) {
            addAll(tile.numbers(kinds[i]), from, sums[i], first, last);
        }
        countAll(tile.values(), from, first, last);
    }

    private void addSome(int row, int range) {
        ActiveTile tile = active.tile(row / TileProduct.ROWS);
        int from = start(row, range);
        int to = end(row, range);
        for (int i = 0; i < kinds.length; i++) {
            addSome(tile, tile.numbers(kinds[i]), from, to, sums[i]);
        }
        countSome(tile, from, to);
    }

    private static void addAll(float[] numbers, int from, float[] sums, int first, int last) {
        int latent = first;
        int n = from;
        for (; latent <= last - Lanes.COUNT; latent += Lanes.COUNT, n += Lanes.COUNT) {
            FloatVector sum = FloatVector.fromArray(FLOATS, sums, latent);
            sum.add(FloatVector.fromArray(FLOATS, numbers, n)).intoArray(sums, latent);
        }
        for (; latent < last; latent++, n++) {
            sums[latent] += numbers[n];
        }
    }

    private static void addSome(ActiveTile tile, float[] numbers, int from, int to, float[] sums) {
        int[] latents = tile.latents();
        for (int n = from; n < to; n++) {
            sums[latents[n]] += numbers[n];
        }
    }

    private void countAll(float[] values, int from, int first, int last) {
        int latent = first;
        int n = from;
        for (; latent <= last - Lanes.COUNT; latent += Lanes.COUNT, n += Lanes.COUNT) {
            FloatVector value = FloatVector.fromArray(FLOATS, values, n);
            FloatVector count = FloatVector.fromArray(FLOATS, above, latent);
            count.add(1, value.compare(LE, 0).not()).intoArray(above, latent);
        }
        for (; latent < last; latent++, n++) {
            above[latent] += values[n] <= 0 ? 0 : 1;
        }
    }

    private void countSome(ActiveTile tile, int from, int to) {
        int[] latents = tile.latents();
        float[] values = tile.values();
        for (int n = from; n < to; n++) {
            counts[latents[n]]++;
            above[latents[n]] += values[n] <= 0 ? 0 : 1;
        }
    }

    /** Returns how many entries a latent has. */
    public int count(int latent) {
        return counts[latent];
    }

    /** Returns how many of a latent's values are above 0, or are not a number. */
    public int above(int latent) {
        return (int) above[latent];
    }

    /** Returns the sum of a latent's numbers of one of the kinds, in the order of rows. */
    public float sum(int latent, int kind) {
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] == kind) {
                return sums[i][latent];
            }
        }
        throw new IllegalArgumentException(
                "numbers not summed: expected=%s, found=%d"
                        .formatted(Arrays.toString(kinds), kind));
    }

    ActiveLatents active() {
        return active;
    }

    /** Tells whether a row has an entry for every latent of a range. */
    boolean isFull(int row, int range) {
        return end(row, range) - start(row, range) == end(range) - range * RANGE;
    }

    /** Returns a row's first entry of a range. */
    int start(int row, int range) {
        return starts[row - active.firstRow()][range];
    }

    /** Returns one past a row's last entry of a range. */
    int end(int row, int range) {
        return starts[row - active.firstRow()][range + 1];
    }
}
