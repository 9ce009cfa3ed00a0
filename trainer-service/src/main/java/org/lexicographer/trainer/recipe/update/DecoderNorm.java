package org.lexicographer.trainer.recipe.update;

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

    /** Returns what is added to a column's norm before its direction is taken out of a gradient. */
    public float projectionGuard() {
        return projectionGuard;
    }

    /** Returns what is added to a column's norm before the column is divided by it. */
    public float normGuard() {
        return normGuard;
    }
}
