package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.trainer.recipe.sparse.RowKernel.Part;

/**
 * Keeps the largest positive pre-activations, of each row or of the whole batch, which come tile by
 * tile. Those below the smallest that would be kept so far are dropped at once, so that few are
 * looked at twice; the others are reduced to the largest each time their number has doubled.
 *
 * <p>Of equal ones the earlier is kept, by row and then by latent.
 */
public final class LargestLatents {

    /** Columns that are looked at before the smallest to be kept is found anew. */
    private static final int STRETCH = 512;

    private final RowKernel kernel;
    private final ActiveLatents active;
    private final Scope scope;
    private int k;
    private int batchLimit;
    private float batchThreshold;

    /** Among which latents the largest are chosen. */
    public enum Scope {
        /** The k largest of each row. */
        ROW,
        /** The k B largest of the whole batch. */
        BATCH
    }

    /** Fills {@code active} with what it keeps. */
    public LargestLatents(RowKernel kernel, ActiveLatents active, Scope scope) {
        this.kernel = kernel;
        this.active = active;
        this.scope = scope;
    }

    /** Begins a batch. */
    public void begin(int rows, int latentsPerRow) {
        active.reset(rows);
        k = latentsPerRow;
        batchLimit = (int) Math.min((long) rows * latentsPerRow, Integer.MAX_VALUE / 2);
        batchThreshold = 0;
    }

    /**
     * Takes one row into account.
     *
     * @param preActivations without the bias
     * @param bias one row (F)
     */
    public void addRow(Rows preActivations, int row, Rows bias) {
        active.startRow();
        switch (scope) {
            case ROW -> addOwnLargest(preActivations, row, bias);
            case BATCH ->
                    kernel.findAbove(Part.of(preActivations, row), bias, batchThreshold, active);
        }
        active.endRow();
        if (scope == Scope.BATCH && active.count() >= 2L * batchLimit) {
            batchThreshold = active.keepLargest(0, batchLimit);
        }
    }

    private void addOwnLargest(Rows preActivations, int row, Rows bias) {
        float threshold = 0;
        for (int from = 0; from < bias.width(); from += STRETCH) {
            int to = Math.min(bias.width(), from + STRETCH);
            kernel.findAbove(new Part(preActivations, row, from, to), bias, threshold, active);
            int found = active.countFrom(active.rows());
            if (found >= 2 * k || (found > k && to == bias.width())) {
                threshold = active.keepLargest(active.rows(), k);
            }
        }
    }

    /** Ends a batch: only the largest are left. */
    public void end() {
        if (scope == Scope.BATCH && active.count() > batchLimit) {
            active.keepLargest(0, batchLimit);
        }
    }
}
