package org.lexicographer.pipeline.stored;

import java.util.Optional;
import org.lexicographer.pipeline.Checks;

/**
 * What one training step of a recipe saw, before its update.
 *
 * @param step the number of steps taken, this one included
 * @param relativeLoss the reconstruction term over the mean squared norm of the batch's targets:
 *     what divergence and early stop look at
 * @param reconstruction the reconstruction term, in the recipe's own convention
 * @param sparsity the other term before its weight: penalty or auxiliary loss
 * @param l0 the mean number of active latents per row
 * @param deadLatents the number of dead latents, in the recipe's own sense
 * @param varianceExplained 1 - (sum of squared errors) / (sum of squared distances from the batch's
 *     mean target); empty where the reconstruction term is not that of the whole reconstruction,
 *     and where targets do not vary
 * @param learningRate the step size that was used, schedule included
 */
public record CurvePoint(
        long step,
        double relativeLoss,
        double reconstruction,
        double sparsity,
        double l0,
        long deadLatents,
        Optional<Double> varianceExplained,
        double learningRate) {

    /** Checks that a step was taken and that nothing is absent. */
    public CurvePoint {
        new Checks()
                .that("step", step > 0, "not positive", "at least 1", step)
                .present("varianceExplained", varianceExplained)
                .end();
    }
}
