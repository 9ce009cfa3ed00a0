package org.lexicographer.eval.latent;

import java.util.Arrays;

/** A column of a file that is being written, of whatever length. */
final class FloatColumn {

    private float[] values = new float[1024];
    private int size;

    void add(float value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    float[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
