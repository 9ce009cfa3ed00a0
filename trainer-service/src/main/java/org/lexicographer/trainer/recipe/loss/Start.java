package org.lexicographer.trainer.recipe.loss;

import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.setting.Compatibility;

/**
 * What training starts from.
 *
 * @param weights the weights of an affine dictionary
 * @param subtracted whether the decoder bias is subtracted from the input
 */
public record Start(InitialWeights weights, boolean subtracted) {

    /**
     * Returns a start whose decoder bias is subtracted from the input where that is what is
     * reconstructed. Where another site is, the bias says nothing of the input; but
     * dictionary_learning and the post subtract it wherever widths allow.
     */
    public static Start tied(RecipeBasics basics, InitialWeights weights) {
        boolean followsTool = basics.compatibility() == Compatibility.DICTIONARY_LEARNING;
        boolean sameSite = basics.reconstructs().isEmpty();
        return new Start(weights, weights.haveSameWidths() && (sameSite || followsTool));
    }
}
