package org.lexicographer.trainer.recipe.update;

import ai.djl.ndarray.NDArray;

/** What a recipe asks of its decoder's columns. */
public enum DecoderNorm {
    /** Nothing. */
    FREE(0, 0),
    /** Norm 1, as dictionary_learning's ConstrainedAdam keeps it. */
    UNIT(0, 0),
    /** Norm 1, as dictionary_learning's recipes with clipped gradients keep it. */
    GUARDED_UNIT(1e-6f, Math.ulp(1f));

    private final float projectionGuard;
    private final float normGuard;

    DecoderNorm(float projectionGuard, float normGuard) {
        this.projectionGuard = projectionGuard;
        this.normGuard = normGuard;
    }

    /** Tells whether the columns are to have norm 1. */
    public boolean isUnit() {
        return this != FREE;
    }

    /** Returns what is added to a column's norm before its direction is taken out of a gradient. */
    public float projectionGuard() {
        return projectionGuard;
    }

    /** Returns what is added to a column's norm before the column is divided by it. */
    public float normGuard() {
        return normGuard;
    }

    /** Takes the part of a gradient (F, Dout) that is parallel to the columns, here rows, out. */
    void takeOutParallelPart(NDArray rows, NDArray gradient) {
        if (this == FREE) {
            return;
        }
        try (NDArray norms = rowNorms(rows, projectionGuard); // (F, 1)
                NDArray units = rows.div(norms); // (F, Dout)
                NDArray products = units.mul(gradient); // (F, Dout)
                NDArray lengths = products.sum(new int[] {1}, true)) { // (F, 1)
            gradient.subi(units.muli(lengths));
        }
    }

    /** Scales the columns, here rows (F, Dout), to what is asked of them. */
    void scale(NDArray rows) {
        if (this == FREE) {
            return;
        }
        try (NDArray norms = rowNorms(rows, normGuard)) { // (F, 1)
            rows.divi(norms);
        }
    }

    private static NDArray rowNorms(NDArray rows, float guard) {
        try (NDArray squares = rows.square(); // (F, Dout)
                NDArray sums = squares.sum(new int[] {1}, true)) { // (F, 1)
            return sums.sqrt().addi(guard); // (F, 1)
        }
    }
}
