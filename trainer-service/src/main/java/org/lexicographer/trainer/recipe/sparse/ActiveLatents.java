package org.lexicographer.trainer.recipe.sparse;

import java.util.Arrays;

/**
 * The active latents of one batch with their values and gradients, row by row and, once grouped,
 * latent by latent. Its arrays are used again for the next batch.
 */
public final class ActiveLatents {

    /** Kernels may write this many entries past the last one they keep. */
    private static final int SLACK = 64;

    private final int dictionarySize;
    private final int[] latentStart;
    private final NthLargest nthLargest = new NthLargest();
    private int[] rowStart = new int[0];
    private int rows;
    private int count;

    private int[] columns = new int[0];
    private float[] values = new float[0];
    private float[] gradients = new float[0];

    private int[] rowsByLatent = new int[0];
    private float[] valuesByLatent = new float[0];
    private float[] gradientsByLatent = new float[0];

    public ActiveLatents(int dictionarySize) {
        this.dictionarySize = dictionarySize;
        this.latentStart = new int[dictionarySize + 1];
    }

    public void reset(int batchRows) {
        if (rowStart.length <= batchRows) {
            rowStart = new int[batchRows + 1];
        }
        rows = 0;
        count = 0;
    }

    /** Makes room for one more row. */
    public void startRow() {
        rowStart[rows] = count;
        if (columns.length < count + dictionarySize + SLACK) {
            int capacity = Math.max(2 * columns.length, count + dictionarySize + SLACK);
            columns = Arrays.copyOf(columns, capacity);
            values = Arrays.copyOf(values, capacity);
        }
    }

    public void endRow() {
        rows++;
        rowStart[rows] = count;
    }

    public int[] columns() {
        return columns;
    }

    public float[] values() {
        return values;
    }

    public int count() {
        return count;
    }

    public void setCount(int newCount) {
        count = newCount;
    }

    /** Adds an entry to the row that was started. */
    public void add(int column, float value) {
        columns[count] = column;
        values[count++] = value;
    }

    /** Returns how many rows have ended, which is the number of the row that was started. */
    public int rows() {
        return rows;
    }

    /** Returns how many entries the rows from a given one on have. */
    public int countFrom(int firstRow) {
        return count - rowStart[firstRow];
    }

    /**
     * Keeps the largest entries of the rows from a given one on and drops the others. NaN is larger
     * than all; of equal ones the earlier is kept, by row and then by column.
     *
     * @param limit how many to keep, less than there are
     * @return the smallest that was kept
     */
    public float keepLargest(int firstRow, int limit) {
        int kept = rowStart[firstRow];
        int last = nthLargest.key(values, kept, count, limit);
        int equal = limit - NthLargest.countAbove(last, values, kept, count);
        int n = kept;
        for (int row = firstRow; row <= rows; row++) {
            int end = row < rows ? rowStart[row + 1] : count;
            for (; n < end; n++) {
                int key = NthLargest.key(values[n]);
                if (key > last || (key == last && equal-- > 0)) {
                    columns[kept] = columns[n];
                    values[kept++] = values[n];
                }
            }
            if (row < rows) {
                rowStart[row + 1] = kept;
            }
        }
        count = kept;
        return Float.intBitsToFloat(last);
    }

    /** Returns the latents that are active in a row, with their values. */
    public WeightedRows row(int row) {
        return new WeightedRows(columns, values, rowStart[row], rowStart[row + 1]);
    }

    /**
     * Returns the loss's gradient at each active latent, entry by entry as {@link #row} has them.
     */
    public float[] gradients() {
        if (gradients.length < count) {
            gradients = new float[columns.length];
        }
        return gradients;
    }

    /** Sorts by latent; rows stay in order, so that sums over the batch have one order. */
    public void groupByLatent() {
        if (rowsByLatent.length < count) {
            rowsByLatent = new int[columns.length];
            valuesByLatent = new float[columns.length];
            gradientsByLatent = new float[columns.length];
        }
        countLatents();
        for (int row = 0; row < rows; row++) {
            for (int n = rowStart[row]; n < rowStart[row + 1]; n++) {
                int place = latentStart[columns[n]]++;
                rowsByLatent[place] = row;
                valuesByLatent[place] = values[n];
                gradientsByLatent[place] = gradients[n];
            }
        }
        // Each start has moved to its latent's end, which is the next latent's start.
        System.arraycopy(latentStart, 0, latentStart, 1, dictionarySize);
        latentStart[0] = 0;
    }

    private void countLatents() {
        Arrays.fill(latentStart, 0);
        for (int n = 0; n < count; n++) {
            latentStart[columns[n]]++;
        }
        int start = 0;
        for (int latent = 0; latent < dictionarySize; latent++) {
            int size = latentStart[latent];
            latentStart[latent] = start;
            start += size;
        }
    }

    /** Returns the rows in which a latent is active, with its values there. */
    public WeightedRows valuesOf(int latent) {
        return new WeightedRows(
                rowsByLatent, valuesByLatent, latentStart[latent], latentStart[latent + 1]);
    }

    /** Returns the rows in which a latent is active, with the loss's gradients at it. */
    public WeightedRows gradientsOf(int latent) {
        return new WeightedRows(
                rowsByLatent, gradientsByLatent, latentStart[latent], latentStart[latent + 1]);
    }
}
