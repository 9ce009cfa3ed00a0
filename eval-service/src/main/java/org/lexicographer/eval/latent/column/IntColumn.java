package org.lexicographer.eval.latent.column;

import java.util.Arrays;

/** A column of a file that is being written, of whatever length. */
public final class IntColumn {

    private int[] values = new int[1024];
    private int size;

    /** Adds a row. */
    public void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** Returns how many rows there are. */
    public int size() {
        return size;
    }

    /** Returns the value of a row. */
    public int get(int index) {
        return values[index];
    }

    /** Returns the values of all rows. */
    public int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
