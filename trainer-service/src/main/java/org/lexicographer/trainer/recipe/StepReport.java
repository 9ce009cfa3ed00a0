package org.lexicographer.trainer.recipe;

/**
 * What one training step saw, all of it before its update.
 *
 * @param step the step's number, from 0
 * @param reconstructionLoss the reconstruction term, in the recipe's own convention
 * @param sparsityLoss the sparsity term before its weight: mean L1 norm or mean entropy of the
 *     latents
 * @param l0 the mean number of active latents per row
 * @param learningRate the step size that was used, schedule included
 * @param deadLatents latents silent for so long that they would be resampled; without resampling,
 *     latents silent in this batch
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
