package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import org.lexicographer.trainer.recipe.objective.Objective.Losses;

/**
 * A step of the standard recipe, dense or sparse; see {@link StandardRecipe} for the formulas.
 * Changes the state in place.
 */
public sealed interface StandardStep permits DenseStep, SparseStep {

    /** Takes one step on inputs (B, D) and targets (B, Dout). */
    Losses run(NDArray inputs, NDArray targets, StepSettings settings);
}
