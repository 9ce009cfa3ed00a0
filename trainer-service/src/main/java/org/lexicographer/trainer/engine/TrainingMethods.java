package org.lexicographer.trainer.engine;

import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;
import org.lexicographer.trainer.recipe.gated.GatedLoss;
import org.lexicographer.trainer.recipe.gated.JumpReluLoss;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;
import org.lexicographer.trainer.recipe.standard.PAnnealLoss;
import org.lexicographer.trainer.recipe.standard.StandardAprilLoss;
import org.lexicographer.trainer.recipe.standard.StandardLoss;
import org.lexicographer.trainer.recipe.topk.BatchTopKLoss;
import org.lexicographer.trainer.recipe.topk.MatryoshkaBatchTopKLoss;
import org.lexicographer.trainer.recipe.topk.TopKLoss;

/** The one place where a type of recipe meets its loss. */
public final class TrainingMethods {

    private TrainingMethods() {}

    /** Returns how a recipe is trained. */
    public static TrainingMethod of(RecipeSpec spec) {
        return switch (spec) {
            case StandardRecipeSpec standard -> StandardLoss.method(standard);
            case StandardAprilRecipeSpec april -> StandardAprilLoss.method(april);
            case PAnnealRecipeSpec anneal -> PAnnealLoss.method(anneal);
            case GatedRecipeSpec gated -> GatedLoss.method(gated);
            case GatedAnnealRecipeSpec gated -> GatedLoss.method(gated);
            case TopKRecipeSpec topK -> TopKLoss.method(topK);
            case BatchTopKRecipeSpec topK -> BatchTopKLoss.method(topK);
            case MatryoshkaBatchTopKRecipeSpec topK -> MatryoshkaBatchTopKLoss.method(topK);
            case JumpReluRecipeSpec jump -> JumpReluLoss.method(jump);
        };
    }
}
