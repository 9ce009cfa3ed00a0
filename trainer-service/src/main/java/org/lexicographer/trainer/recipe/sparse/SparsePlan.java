package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.dense.RangeProducts;

/**
 * How sparse steps are to be taken.
 *
 * @param workers the threads that take them
 * @param denseShare the share of latents that are active in a batch above which whole matrices are
 *     multiplied, as if all were
 * @param entries how many entries the lists of a part of a batch would have if all latents were
 *     active; weights depend on it, by rounding
 */
public record SparsePlan(Workers workers, double denseShare, long entries) {

    /** What runs are trained with. */
    public static final long ENTRIES = 1L << 25;

    /** Returns a plan with as many entries as runs are trained with. */
    public SparsePlan(Workers workers, double denseShare) {
        this(workers, denseShare, ENTRIES);
    }

    /** Returns how many rows of a batch are taken at once. */
    int rowsAtOnce(int dictionarySize) {
        return Math.toIntExact(rowsAtOnce(dictionarySize, entries));
    }

    /**
     * Returns how many rows of a batch are taken at once, where the recipe can do so: whole tiles,
     * and whole slices of the products that sum over rows.
     */
    public static long rowsAtOnce(long dictionarySize, long entries) {
        return Math.max(1, entries / dictionarySize / RangeProducts.ROWS) * RangeProducts.ROWS;
    }
}
