package org.lexicographer.trainer.recipe.kernel;

import org.lexicographer.kernel.Lanes;

/**
 * Some entries of two arrays: numbers of rows, and a number that goes with each. It is set anew for
 * each use, so that inner loops create nothing.
 */
public final class Terms {

    int[] rows = new int[0];
    float[] numbers = new float[0];
    int from;
    int to;

    /** Where scalar products of four terms are summed up. */
    final float[] lanes = new float[4 * Lanes.COUNT];

    /** Sets the arrays; the entries are to be set next. */
    public Terms of(int[] newRows, float[] newNumbers) {
        rows = newRows;
        numbers = newNumbers;
        return this;
    }

    /** Sets the first entry, and one past the last one. */
    public Terms between(int newFrom, int newTo) {
        from = newFrom;
        to = newTo;
        return this;
    }
}
