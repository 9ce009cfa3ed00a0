package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.RecipeState.Counter;
import org.lexicographer.trainer.recipe.loss.RecipeState.Form;
import org.lexicographer.trainer.recipe.loss.SilentSteps;
import org.lexicographer.trainer.recipe.loss.Start;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * What the recipes that resample hold between steps; the arrays belong to one manager. The decoder
 * bias is also subtracted from the input wherever widths allow, as in the post.
 *
 * @param weights W_e, W_d and b
 * @param encoderBias b_e (F)
 * @param silent for how many steps each latent has been silent
 */
public record StandardState(AffineWeights weights, Parameter encoderBias, SilentSteps silent) {

    /** Returns the state that starts from the weights; the manager owns its arrays. */
    public static StandardState of(NDManager manager, InitialWeights initial) {
        AffineWeights weights =
                AffineWeights.of(manager, new Start(initial, initial.haveSameWidths()));
        return new StandardState(
                weights,
                weights.perLatent(manager, "encoderBias", initial.encoderBias()),
                SilentSteps.of(manager, weights.dictionarySize()));
    }

    /** Returns all of it, with what steps change besides. */
    RecipeState with(List<Counter> more) {
        List<Counter> counters = new ArrayList<>(List.of(silent));
        counters.addAll(more);
        return new RecipeState(
                weights,
                List.of(encoderBias),
                counters,
                Form.of(Architecture.STANDARD, encoderBias));
    }
}
