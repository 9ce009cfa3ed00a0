package org.lexicographer.eval.latent.column;

import java.util.Arrays;

/** A column of a file that is being written, of whatever length. */
public final class FloatColumn {

    private float[] values = new float[1024];
    private int size;

    /** Adds a row. */
    public void add(float value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** Returns the values of all rows. */
    public float[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
