package org.lexicographer.trainer.recipe.kernel;

/**
 * Some entries of two arrays: numbers of rows, and a number that goes with each. It is set anew for
 * each use, so that inner loops create nothing.
 */
public final class Terms {

    int[] rows = new int[0];
    float[] numbers = new float[0];
    int from;
    int to;

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
