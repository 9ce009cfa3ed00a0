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
import org.lexicographer.trainer.recipe.gated.GatedObjective;
import org.lexicographer.trainer.recipe.gated.JumpReluObjective;
import org.lexicographer.trainer.recipe.objective.TrainingMethod;
import org.lexicographer.trainer.recipe.standard.PAnnealObjective;
import org.lexicographer.trainer.recipe.standard.StandardAprilObjective;
import org.lexicographer.trainer.recipe.standard.StandardObjective;
import org.lexicographer.trainer.recipe.topk.BatchTopKObjective;
import org.lexicographer.trainer.recipe.topk.MatryoshkaBatchTopKObjective;
import org.lexicographer.trainer.recipe.topk.TopKObjective;

/** The one place where a type of recipe meets its loss. */
public final class Objectives {

    private Objectives() {}

    /** Returns how a recipe is trained. */
    public static TrainingMethod of(RecipeSpec spec) {
        return switch (spec) {
            case StandardRecipeSpec standard -> StandardObjective.method(standard);
            case StandardAprilRecipeSpec april -> StandardAprilObjective.method(april);
            case PAnnealRecipeSpec anneal -> PAnnealObjective.method(anneal);
            case GatedRecipeSpec gated -> GatedObjective.method(gated);
            case GatedAnnealRecipeSpec gated -> GatedObjective.method(gated);
            case TopKRecipeSpec topK -> TopKObjective.method(topK);
            case BatchTopKRecipeSpec topK -> BatchTopKObjective.method(topK);
            case MatryoshkaBatchTopKRecipeSpec topK -> MatryoshkaBatchTopKObjective.method(topK);
            case JumpReluRecipeSpec jump -> JumpReluObjective.method(jump);
        };
    }
}
