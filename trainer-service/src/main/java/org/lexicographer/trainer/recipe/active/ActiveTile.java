package org.lexicographer.trainer.recipe.active;

import java.util.Arrays;
import org.lexicographer.kernel.Lanes;

/**
 * The active latents of the rows of one tile: for each row a list of latents in rising order, with
 * numbers for each of them. One thread at a time may use it; its arrays are used again for the next
 * batch.
 *
 * <p>The entries of a row are those from {@link #start} to {@link #end} of each array.
 */
public final class ActiveTile {

    private static final int SMALLEST_CAPACITY = 64;

    private final int[] counts;
    private final float[][] numbers;
    private final NthLargest nthLargest = new NthLargest();
    private int firstRow;
    private int rows;
    private int capacity;
    private int[] latents = new int[0];

    /**
     * Creates an empty tile.
     *
     * @param mostRows the most rows it can have
     * @param kinds how many numbers each entry has
     */
    ActiveTile(int mostRows, int kinds) {
        this.counts = new int[mostRows];
        this.numbers = new float[kinds][0];
    }

    void begin(int newFirstRow, int newRows) {
        firstRow = newFirstRow;
        rows = newRows;
        Arrays.fill(counts, 0);
    }

    /** Returns the first row's number in the batch. */
    public int firstRow() {
        return firstRow;
    }

    /** Returns how many rows there are; they are numbered from 0 here. */
    public int rows() {
        return rows;
    }

    /** Returns the first entry of a row. */
    public int start(int row) {
        return row * capacity;
    }

    /** Returns one past the last entry of a row. */
    public int end(int row) {
        return row * capacity + counts[row];
    }

    /** Returns how many entries all rows have. */
    public int count() {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            count += counts[row];
        }
        return count;
    }

    /** Returns the latents by entry. */
    public int[] latents() {
        return latents;
    }

    /** Returns the latents' activations by entry. */
    public float[] values() {
        return numbers[ActiveLatents.VALUE];
    }

    /** Returns the loss's gradients at the latents by entry, once they have been worked out. */
    public float[] gradients() {
        return numbers[ActiveLatents.GRADIENT];
    }

    /** Returns numbers of one kind by entry; see {@link ActiveLatents}. */
    public float[] numbers(int kind) {
        return numbers[kind];
    }

    /**
     * Makes room in a row for so many more entries, and for a vector of such as are written and not
     * kept. Arrays that were asked for before may have been replaced.
     */
    public void reserve(int row, int entries) {
        int needed = counts[row] + entries + Lanes.COUNT;
        if (needed > capacity) {
            grow(Math.max(needed, Math.max(2 * capacity, SMALLEST_CAPACITY)));
        }
    }

    private void grow(int newCapacity) {
        int size = Math.multiplyExact(counts.length, newCapacity);
        int[] newLatents = new int[size];
        float[][] grown = new float[numbers.length][size];
        for (int row = 0; row < rows; row++) {
            int from = row * capacity;
            int to = row * newCapacity;
            System.arraycopy(latents, from, newLatents, to, counts[row]);
            for (int kind = 0; kind < grown.length; kind++) {
                System.arraycopy(numbers[kind], from, grown[kind], to, counts[row]);
            }
        }
        latents = newLatents;
        System.arraycopy(grown, 0, numbers, 0, grown.length);
        capacity = newCapacity;
    }

    /** Sets where a row's entries end, after some were written there or dropped. */
    public void setEnd(int row, int end) {
        counts[row] = end - start(row);
    }

    /** Adds an entry to a row, after its latents so far; there has to be room for it. */
    public void add(int row, int latent, float value) {
        int n = end(row);
        latents[n] = latent;
        values()[n] = value;
        counts[row]++;
    }

    /**
     * Keeps the largest entries of a row and drops the others. NaN is larger than all; of equal
     * ones the earlier is kept. Only latents and values are kept.
     *
     * @param limit how many to keep, less than there are
     * @return the smallest that was kept
     */
    public float keepLargest(int row, int limit) {
        int start = start(row);
        int last = nthLargest.key(values(), start, end(row), limit);
        int equal = limit - NthLargest.countAbove(last, values(), start, end(row));
        keepAbove(row, last, equal);
        return Float.intBitsToFloat(last);
    }

    /**
     * Keeps the entries of a row with a larger key, and the first of those with the same.
     *
     * @param equal how many of those with the same key to keep at most
     * @return how many of those were kept
     */
    int keepAbove(int row, int key, int equal) {
        float[] values = values();
        int kept = start(row);
        int left = equal;
        for (int n = start(row); n < end(row); n++) {
            int found = NthLargest.key(values[n]);
            boolean same = found == key && left > 0;
            if (found > key || same) {
                latents[kept] = latents[n];
                values[kept++] = values[n];
                left -= same ? 1 : 0;
            }
        }
        setEnd(row, kept);
        return equal - left;
    }

    /** Returns how many entries have a key. */
    int countEqual(int key) {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            for (int n = start(row); n < end(row); n++) {
                count += NthLargest.key(values()[n]) == key ? 1 : 0;
            }
        }
        return count;
    }
}
