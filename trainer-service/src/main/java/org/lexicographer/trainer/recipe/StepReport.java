package org.lexicographer.trainer.recipe;

/**
 * What one training step saw, all of it before its update.
 *
 * @param step the step's number, from 0
 * @param reconstructionLoss the reconstruction term, in the recipe's own convention
 * @param sparsityLoss the other term before its weight: the penalty, or the auxiliary loss of the
 *     top-k family
 * @param l0 the mean number of active latents per row
 * @param learningRate the step size that was used, schedule included
 * @param deadLatents how many latents count as dead; see the recipe's loss for when one does
 */
public record StepReport(
        long step,
        double reconstructionLoss,
        double sparsityLoss,
        double l0,
        double learningRate,
        int deadLatents) {

    /** Tells whether the losses are finite; once one is not, the dictionary has diverged. */
    public boolean finite() {
        return Double.isFinite(reconstructionLoss) && Double.isFinite(sparsityLoss);
    }
}
