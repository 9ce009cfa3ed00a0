package org.lexicographer.trainer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
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
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;

/** Small recipes of every kind that can step sparsely, with weights that leave latents silent. */
final class SparseRecipes {

    static final double LEARNING_RATE = 1e-2;

    /** Not a whole number of tiles of rows. */
    static final int ROWS = 110;

    static final int WIDTH = 20;
    static final int LATENTS = 60;
    static final int K = 4;
    static final int STEPS = 12;

    private static final double PENALTY = 0.3;

    /** Latents whose pre-activations are too small for them to be chosen; they die and revive. */
    private static final int WEAK = 15;

    /** Three batches; the weak ones are dead from the third step on. */
    private static final long DEAD_TOKENS = 3 * ROWS;

    private SparseRecipes() {}

    /** Returns recipes that differ in formula and source. */
    static Stream<RecipeSpec> all() {
        return Stream.of(Compatibility.values()).flatMap(it -> all(it, 1).stream());
    }

    /** Returns recipes whose gradients are cut to a norm, or are not, at 0. */
    static List<RecipeSpec> all(Compatibility compatibility, double maxNorm) {
        RecipeBasics basics = basics(compatibility, maxNorm, 3);
        List<RecipeSpec> specs = new ArrayList<>(standard(basics));
        specs.add(new StandardAprilRecipeSpec(basics, PENALTY));
        for (NormAnneal.Function function : NormAnneal.Function.values()) {
            NormAnneal anneal = new NormAnneal(function, 2, 9, 0.9, 0.5, 4, 2);
            specs.add(new PAnnealRecipeSpec(basics, PENALTY, anneal, resampling()));
            specs.add(new GatedAnnealRecipeSpec(basics, PENALTY, anneal));
        }
        specs.add(new GatedRecipeSpec(basics, PENALTY));
        // The window of the second one reaches to 0, so that silent latents are in it.
        for (double threshold : new double[] {0.4, 0.1}) {
            specs.add(new JumpReluRecipeSpec(basics, PENALTY, Optional.empty(), 0.3, threshold));
            specs.add(new JumpReluRecipeSpec(basics, PENALTY, Optional.of(4.0), 0.3, threshold));
        }
        specs.addAll(topK(compatibility, maxNorm, 0));
        return specs;
    }

    private static List<RecipeSpec> standard(RecipeBasics basics) {
        List<RecipeSpec> specs = new ArrayList<>();
        for (StandardRecipeSpec.Penalty penalty : StandardRecipeSpec.Penalty.values()) {
            for (var loss : StandardRecipeSpec.ReconstructionLoss.values()) {
                specs.add(
                        new StandardRecipeSpec(
                                basics, loss, penalty, PENALTY, resampling(), Optional.empty()));
            }
        }
        return specs;
    }

    /** Returns the top-k family, with a k that falls for some steps. */
    static List<RecipeSpec> topK(Compatibility compatibility, double maxNorm, int annealSteps) {
        RecipeBasics basics = basics(compatibility, maxNorm, 0);
        TopKSelection selection =
                new TopKSelection(
                        K,
                        annealSteps,
                        new TopKSelection.AuxiliaryLoss(0.5, 5, DEAD_TOKENS),
                        new TopKSelection.Threshold(0.9, 1));
        return List.of(
                new TopKRecipeSpec(basics, selection),
                new BatchTopKRecipeSpec(basics, selection),
                new MatryoshkaBatchTopKRecipeSpec(
                        basics, selection, List.of(0.25, 0.25, 0.5), List.of(1.0, 0.5, 2.0)));
    }

    private static Optional<Resampling> resampling() {
        return Optional.of(new Resampling(4, Resampling.Scheme.POST));
    }

    private static RecipeBasics basics(
            Compatibility compatibility, double maxNorm, int sparsityWarmUp) {
        return new RecipeBasics(
                "test",
                List.of(),
                Optional.empty(),
                LATENTS,
                5,
                Optional.empty(),
                LEARNING_RATE,
                Schedule.linear(2, Optional.empty(), sparsityWarmUp),
                maxNorm,
                compatibility,
                ComputeType.FLOAT32,
                0.375);
    }

    /**
     * Starts with weak latents in the top-k family, and a third of the latents active in others.
     */
    static Recipe start(
            NDManager manager, RecipeSpec spec, int outputDim, Optional<SparsePlan> plan) {
        InitialWeights weights =
                switch (spec) {
                    case TopKRecipeSpec topK -> withWeakLatents(spec, outputDim);
                    case BatchTopKRecipeSpec topK -> withWeakLatents(spec, outputDim);
                    case MatryoshkaBatchTopKRecipeSpec topK -> withWeakLatents(spec, outputDim);
                    default -> withSilentLatents(outputDim);
                };
        return Recipe.start(manager, spec, weights, STEPS, plan);
    }

    private static InitialWeights withWeakLatents(RecipeSpec spec, int outputDim) {
        InitialWeights weights = TrainingMethods.of(spec).initialWeights(spec, WIDTH, outputDim);
        for (int i = 0; i < WEAK * WIDTH; i++) {
            weights.encoderWeight()[i] *= 0.05f;
        }
        return weights;
    }

    /** A few are never active. */
    private static InitialWeights withSilentLatents(int outputDim) {
        float[] bias = new float[LATENTS];
        Arrays.fill(bias, -0.8f);
        Arrays.fill(bias, 0, 3, -100);
        float[] magnitudeBias = new float[LATENTS];
        Arrays.fill(magnitudeBias, -1f);
        return InitialWeights.draw(5, WIDTH, outputDim, LATENTS, 0.5)
                .with(DictionaryWeights.ENCODER_BIAS, bias)
                .with(DictionaryWeights.GATE_BIAS, bias)
                .with(DictionaryWeights.MAGNITUDE_BIAS, magnitudeBias);
    }

    /** Takes steps on the batches of their numbers. */
    static void steps(NDManager manager, Recipe recipe, int from, int to) {
        for (int step = from; step < to; step++) {
            try (NDArray batch = batch(manager, step, WIDTH)) { // (B, D)
                recipe.step(batch, batch);
            }
        }
    }

    /** Returns the batch of a step. */
    static NDArray batch(NDManager manager, int step, int width) {
        return StandardRecipes.batch(manager, 1000 + step, ROWS, width); // (B, D)
    }
}
