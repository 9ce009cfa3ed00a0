package org.lexicographer.trainer.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.gated.GatedAnnealObjective;
import org.lexicographer.trainer.recipe.gated.GatedObjective;
import org.lexicographer.trainer.recipe.gated.GatedWeights;
import org.lexicographer.trainer.recipe.gated.JumpReluObjective;
import org.lexicographer.trainer.recipe.objective.AffineWeights;
import org.lexicographer.trainer.recipe.objective.InitialWeights;
import org.lexicographer.trainer.recipe.objective.Objective;
import org.lexicographer.trainer.recipe.objective.Start;
import org.lexicographer.trainer.recipe.standard.PAnnealObjective;
import org.lexicographer.trainer.recipe.standard.StandardAprilObjective;
import org.lexicographer.trainer.recipe.standard.StandardObjective;
import org.lexicographer.trainer.recipe.standard.StandardState;
import org.lexicographer.trainer.recipe.topk.BatchTopKObjective;
import org.lexicographer.trainer.recipe.topk.MatryoshkaBatchTopKObjective;
import org.lexicographer.trainer.recipe.topk.TopKObjective;
import org.lexicographer.trainer.recipe.topk.TopKState;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/** What belongs to each type of recipe: its objective, its first weights, its update. */
public final class Objectives {

    private static final double UNIT_NORM = 1;
    private static final double SMALL_NORM = 0.1;

    private Objectives() {}

    /** Returns an objective that starts from the weights; the manager owns its arrays. */
    public static Objective start(NDManager manager, RecipeSpec spec, InitialWeights weights) {
        Start start = new Start(weights, subtracts(spec, weights));
        return switch (spec) {
            case StandardRecipeSpec standard ->
                    new StandardObjective(standard, StandardState.of(manager, weights));
            case StandardAprilRecipeSpec april -> april(manager, april, start);
            case PAnnealRecipeSpec anneal ->
                    new PAnnealObjective(anneal, StandardState.of(manager, weights));
            case GatedRecipeSpec gated ->
                    new GatedObjective(
                            gated, GatedWeights.of(manager, weights, start.subtracted()));
            case GatedAnnealRecipeSpec gated ->
                    new GatedAnnealObjective(
                            gated, GatedWeights.of(manager, weights, start.subtracted()));
            case TopKRecipeSpec topK ->
                    new TopKObjective(
                            topK, new TopKState(manager, topK.basics(), topK.selection(), start));
            case BatchTopKRecipeSpec topK ->
                    new BatchTopKObjective(
                            new TopKState(manager, topK.basics(), topK.selection(), start));
            case MatryoshkaBatchTopKRecipeSpec topK ->
                    new MatryoshkaBatchTopKObjective(
                            topK, new TopKState(manager, topK.basics(), topK.selection(), start));
            case JumpReluRecipeSpec jump -> new JumpReluObjective(manager, jump, start);
        };
    }

    private static StandardAprilObjective april(
            NDManager manager, StandardAprilRecipeSpec spec, Start start) {
        AffineWeights weights = AffineWeights.of(manager, start.weights(), start.subtracted());
        Parameter encoderBias =
                Parameter.of(
                        manager,
                        "encoderBias",
                        start.weights().encoderBias(),
                        new Shape(weights.dictionarySize()));
        return new StandardAprilObjective(spec, weights, encoderBias);
    }

    /**
     * Tells whether the decoder bias is subtracted from the input. Where a recipe reads one site
     * and reconstructs another, the bias says nothing of the input; but dictionary_learning and the
     * post subtract it wherever widths allow.
     */
    private static boolean subtracts(RecipeSpec spec, InitialWeights weights) {
        boolean followsTool = spec.basics().compatibility() == Compatibility.DICTIONARY_LEARNING;
        boolean sameWidth = weights.inputDim() == weights.outputDim();
        boolean sameSite = spec.basics().reconstructs().isEmpty();
        return switch (spec) {
            case StandardRecipeSpec standard -> sameWidth;
            case PAnnealRecipeSpec anneal -> sameWidth;
            case StandardAprilRecipeSpec april -> followsTool && sameWidth;
            case JumpReluRecipeSpec jump -> false;
            case GatedRecipeSpec gated -> sameWidth && (sameSite || followsTool);
            case GatedAnnealRecipeSpec gated -> sameWidth && (sameSite || followsTool);
            case TopKRecipeSpec topK -> sameWidth && (sameSite || followsTool);
            case BatchTopKRecipeSpec topK -> sameWidth && (sameSite || followsTool);
            case MatryoshkaBatchTopKRecipeSpec topK -> sameWidth && (sameSite || followsTool);
        };
    }

    /** Returns the weights to start from, a function of the seed and the sizes. */
    public static InitialWeights initialWeights(RecipeSpec spec, int inputDim, int outputDim) {
        long seed = spec.seed();
        int size = spec.dictionarySize();
        boolean followsTool = spec.basics().compatibility() == Compatibility.DICTIONARY_LEARNING;
        boolean likeAutoEncoder =
                switch (spec) {
                    case StandardRecipeSpec standard -> true;
                    case PAnnealRecipeSpec anneal -> true;
                    case StandardAprilRecipeSpec april -> followsTool;
                    case JumpReluRecipeSpec jump -> false;
                    case GatedRecipeSpec gated -> false;
                    case GatedAnnealRecipeSpec gated -> false;
                    case TopKRecipeSpec topK -> false;
                    case BatchTopKRecipeSpec topK -> false;
                    case MatryoshkaBatchTopKRecipeSpec topK -> false;
                };
        if (likeAutoEncoder) {
            return InitialWeights.draw(seed, inputDim, outputDim, size);
        }
        double norm = spec instanceof StandardAprilRecipeSpec ? SMALL_NORM : UNIT_NORM;
        return InitialWeights.draw(seed, inputDim, outputDim, size, norm);
    }

    /** Tells whether a recipe keeps the largest latents only, so that few are active. */
    public static boolean selects(RecipeSpec spec) {
        return switch (spec) {
            case TopKRecipeSpec topK -> true;
            case BatchTopKRecipeSpec topK -> true;
            case MatryoshkaBatchTopKRecipeSpec topK -> true;
            case StandardRecipeSpec standard -> false;
            case PAnnealRecipeSpec anneal -> false;
            case StandardAprilRecipeSpec april -> false;
            case JumpReluRecipeSpec jump -> false;
            case GatedRecipeSpec gated -> false;
            case GatedAnnealRecipeSpec gated -> false;
        };
    }

    /** Returns how a recipe's weights follow their gradients. */
    public static Update update(RecipeSpec spec) {
        double maxNorm = spec.basics().maxGradientNorm();
        return switch (spec) {
            case StandardRecipeSpec standard -> usual(DecoderNorm.UNIT, maxNorm);
            case PAnnealRecipeSpec anneal -> usual(DecoderNorm.UNIT, maxNorm);
            case StandardAprilRecipeSpec april -> usual(DecoderNorm.FREE, maxNorm);
            case GatedRecipeSpec gated -> new Update(DecoderNorm.UNIT, GatedWeights.BETA1, maxNorm);
            case GatedAnnealRecipeSpec gated ->
                    new Update(DecoderNorm.UNIT, GatedWeights.BETA1, maxNorm);
            case TopKRecipeSpec topK -> usual(DecoderNorm.GUARDED_UNIT, maxNorm);
            case BatchTopKRecipeSpec topK -> usual(DecoderNorm.GUARDED_UNIT, maxNorm);
            case MatryoshkaBatchTopKRecipeSpec topK -> usual(DecoderNorm.GUARDED_UNIT, maxNorm);
            case JumpReluRecipeSpec jump ->
                    new Update(DecoderNorm.GUARDED_UNIT, JumpReluObjective.BETA1, maxNorm);
        };
    }

    private static Update usual(DecoderNorm norm, double maxGradientNorm) {
        return new Update(norm, AdamStep.USUAL_BETA1, maxGradientNorm);
    }
}
