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
}
