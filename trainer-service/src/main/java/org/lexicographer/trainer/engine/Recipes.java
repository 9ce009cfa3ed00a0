package org.lexicographer.trainer.engine;

import ai.djl.ndarray.NDManager;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.trainer.recipe.Recipe;
import org.lexicographer.trainer.recipe.standard.StandardRecipe;

/** Starts the recipe that a spec describes. */
public final class Recipes {

    private Recipes() {}

    /**
     * Starts a recipe from its seed.
     *
     * @param parent whose device is trained on; the recipe's memory is in a manager of its own
     *     below it
     * @param spec the settings
     * @param inputDim the width of the activations that are read, D
     * @param outputDim the width of those that are reconstructed, Dout
     * @param totalSteps the steps that will be taken, where a decay of the learning rate ends
     */
    public static Recipe start(
            NDManager parent, RecipeSpec spec, int inputDim, int outputDim, int totalSteps) {
        if (spec instanceof StandardRecipeSpec standard && StandardRecipe.covers(standard)) {
            return StandardRecipe.start(parent, standard, inputDim, outputDim, totalSteps);
        }
        return GradientRecipe.start(parent, spec, inputDim, outputDim, totalSteps);
    }
}
