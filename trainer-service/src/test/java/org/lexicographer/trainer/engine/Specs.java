package org.lexicographer.trainer.engine;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.GhostGradients;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;

/** One recipe of each type, small, with everything in play. */
public final class Specs {

    public static final int LATENTS = 20;
    public static final int K = 3;

    /** Latents that a batch leaves silent are dead in that batch already. */
    private static final long DEAD_TOKENS = 1;

    private static final double PENALTY = 0.3;

    private Specs() {}

    /** Returns a recipe of every type. */
    public static List<RecipeSpec> all(Compatibility compatibility) {
        return List.of(
                ghost(compatibility),
                april(compatibility),
                pAnneal(compatibility, NormAnneal.Function.LP_TO_P),
                pAnneal(compatibility, NormAnneal.Function.LP),
                gated(compatibility),
                gatedAnneal(compatibility),
                topK(compatibility),
                batchTopK(compatibility),
                matryoshka(compatibility),
                jumpRelu(compatibility, Optional.empty()),
                jumpRelu(compatibility, Optional.of(4.0)));
    }

    static RecipeBasics basics(Compatibility compatibility, double maxGradientNorm) {
        return new RecipeBasics(
                "test",
                List.of(),
                Optional.empty(),
                LATENTS,
                5,
                Optional.empty(),
                1e-2,
                Schedule.linear(0, Optional.empty(), 0),
                maxGradientNorm,
                compatibility,
                ComputeType.FLOAT32,
                0.375);
    }

    static StandardRecipeSpec ghost(Compatibility compatibility) {
        return new StandardRecipeSpec(
                basics(compatibility, 0),
                StandardRecipeSpec.ReconstructionLoss.SUM,
                StandardRecipeSpec.Penalty.L1,
                PENALTY,
                Optional.empty(),
                Optional.of(new GhostGradients(1)));
    }

    static StandardAprilRecipeSpec april(Compatibility compatibility) {
        return new StandardAprilRecipeSpec(basics(compatibility, 1), PENALTY);
    }

    /** The exponent is below 1 from the start, and falls at steps 2, 4 and 6. */
    static NormAnneal anneal(NormAnneal.Function function) {
        return new NormAnneal(function, 2, 6, 0.8, 0.4, 3, 2);
    }

    static PAnnealRecipeSpec pAnneal(Compatibility compatibility, NormAnneal.Function function) {
        return new PAnnealRecipeSpec(
                basics(compatibility, 0),
                PENALTY,
                anneal(function),
                Optional.of(new Resampling(4, Resampling.Scheme.POST)));
    }

    static GatedRecipeSpec gated(Compatibility compatibility) {
        return new GatedRecipeSpec(basics(compatibility, 0), PENALTY);
    }

    static GatedAnnealRecipeSpec gatedAnneal(Compatibility compatibility) {
        return new GatedAnnealRecipeSpec(
                basics(compatibility, 0), PENALTY, anneal(NormAnneal.Function.LP_TO_P));
    }

    static TopKSelection selection() {
        return new TopKSelection(
                K,
                0,
                new TopKSelection.AuxiliaryLoss(0.5, 2, DEAD_TOKENS),
                new TopKSelection.Threshold(0.9, 1));
    }

    static TopKRecipeSpec topK(Compatibility compatibility) {
        return new TopKRecipeSpec(basics(compatibility, 1), selection());
    }

    static BatchTopKRecipeSpec batchTopK(Compatibility compatibility) {
        return new BatchTopKRecipeSpec(basics(compatibility, 1), selection());
    }

    static MatryoshkaBatchTopKRecipeSpec matryoshka(Compatibility compatibility) {
        return new MatryoshkaBatchTopKRecipeSpec(
                basics(compatibility, 1),
                selection(),
                List.of(0.25, 0.25, 0.5),
                List.of(1.0, 0.5, 2.0));
    }

    static JumpReluRecipeSpec jumpRelu(Compatibility compatibility, Optional<Double> targetL0) {
        return new JumpReluRecipeSpec(basics(compatibility, 1), PENALTY, targetL0, 0.4, 0.3);
    }
}
