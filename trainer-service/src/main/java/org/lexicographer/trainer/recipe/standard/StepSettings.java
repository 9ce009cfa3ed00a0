package org.lexicographer.trainer.recipe.standard;

import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.ReconstructionLoss;
import org.lexicographer.trainer.recipe.update.AdamStep;

/**
 * What one step of the standard recipe is to do.
 *
 * @param reconstructionLoss what the squared error is summed and averaged over
 * @param penalty which sparsity penalty is added
 * @param penaltyWeight the penalty's weight in this step
 * @param adam the update
 * @param report whether losses are wanted
 */
record StepSettings(
        ReconstructionLoss reconstructionLoss,
        Penalty penalty,
        float penaltyWeight,
        AdamStep adam,
        boolean report) {

    /** Returns by how many numbers the squared errors are divided. */
    double errorCount(long rows, long outputDim) {
        return switch (reconstructionLoss) {
            case SUM -> rows;
            case MEAN -> (double) rows * outputDim;
        };
    }

    /**
     * What a step saw before its update; not numbers unless asked for.
     *
     * @param reconstruction the reconstruction term
     * @param sparsity the sparsity term before its weight
     * @param l0 the mean number of active latents per row
     */
    record Losses(double reconstruction, double sparsity, double l0) {

        static final Losses UNKNOWN = new Losses(Double.NaN, Double.NaN, Double.NaN);
    }
}
