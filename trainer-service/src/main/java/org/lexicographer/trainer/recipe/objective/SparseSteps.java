package org.lexicographer.trainer.recipe.objective;

import java.util.Optional;
import org.lexicographer.trainer.recipe.objective.Objective.Batch;
import org.lexicographer.trainer.recipe.objective.Objective.Losses;
import org.lexicographer.trainer.recipe.objective.Objective.StepContext;

/** Takes an objective's steps, update included, at a cost proportional to the active latents. */
public interface SparseSteps {

    /**
     * Takes one step, update included.
     *
     * @param learningRate the step size, schedule included
     * @return what it saw; empty, with nothing changed, where so many latents may be active that
     *     the step is to be dense
     */
    Optional<Losses> step(Batch batch, StepContext context, double learningRate);
}
