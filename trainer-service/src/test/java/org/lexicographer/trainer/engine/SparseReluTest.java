package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.verification.VerifyRecipe;

/** Sparse steps of recipes with ReLU encoders do what steps over whole arrays do. */
class SparseReluTest {

    private static final double LEARNING_RATE = 1e-2;
    private static final double PENALTY = 0.3;

    /** Not a whole number of tiles of rows. */
    private static final int ROWS = 110;

    private static final int WIDTH = 20;
    private static final int LATENTS = 60;
    private static final int STEPS = 12;

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /**
     * A recipe on batches of some width.
     *
     * @param spec the recipe
     * @param outputDim the width of what is reconstructed
     */
    private record Case(RecipeSpec spec, int outputDim) {

        @Override
        public String toString() {
            return spec + " outputDim=" + outputDim;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Compatibility compatibility : Compatibility.values()) {
            for (double maxNorm : new double[] {0, 0.5}) {
                for (int outputDim : new int[] {WIDTH, 9}) {
                    specs(compatibility, maxNorm)
                            .forEach(spec -> cases.add(new Case(spec, outputDim)));
                }
            }
        }
        return cases.stream();
    }

    static Stream<RecipeSpec> recipes() {
        return Stream.of(Compatibility.values()).flatMap(it -> specs(it, 1).stream());
    }

    private static List<RecipeSpec> specs(Compatibility compatibility, double maxNorm) {
        RecipeBasics basics =
                new RecipeBasics(
                        "test",
                        List.of(),
                        Optional.empty(),
                        LATENTS,
                        5,
                        LEARNING_RATE,
                        Schedule.linear(2, Optional.empty(), 3),
                        maxNorm,
                        compatibility,
                        ComputeType.FLOAT32);
        Optional<Resampling> resampling = Optional.of(new Resampling(4, Resampling.Scheme.POST));
        List<RecipeSpec> specs = new ArrayList<>();
        for (StandardRecipeSpec.Penalty penalty : StandardRecipeSpec.Penalty.values()) {
            for (var loss : StandardRecipeSpec.ReconstructionLoss.values()) {
                specs.add(
                        new StandardRecipeSpec(
                                basics, loss, penalty, PENALTY, resampling, Optional.empty()));
            }
        }
        specs.add(new StandardAprilRecipeSpec(basics, PENALTY));
        for (NormAnneal.Function function : NormAnneal.Function.values()) {
            NormAnneal anneal = new NormAnneal(function, 2, 9, 0.9, 0.5, 4, 2);
            specs.add(new PAnnealRecipeSpec(basics, PENALTY, anneal, resampling));
            specs.add(new GatedAnnealRecipeSpec(basics, PENALTY, anneal));
        }
        specs.add(new GatedRecipeSpec(basics, PENALTY));
        // The window of the second one reaches to 0, so that silent latents are in it.
        for (double threshold : new double[] {0.4, 0.1}) {
            specs.add(new JumpReluRecipeSpec(basics, PENALTY, Optional.empty(), 0.3, threshold));
            specs.add(new JumpReluRecipeSpec(basics, PENALTY, Optional.of(4.0), 0.3, threshold));
        }
        return specs;
    }

    /** Every step starts from the same state, so that roundings do not build up. */
    @ParameterizedTest
    @MethodSource("cases")
    void sparseAndDenseStepsAgree(Case given) {
        try (Recipe dense = start(given.spec(), given.outputDim(), Optional.empty());
                Recipe sparse = start(given.spec(), given.outputDim(), sparse())) {
            assertThat(sparse.hasFastSteps()).isTrue();
            double active = 0;
            for (int step = 0; step < STEPS; step++) {
                try (NDArray inputs = batch(step, WIDTH); // (B, D)
                        NDArray targets = batch(step, given.outputDim())) { // (B, Dout)
                    // When
                    StepReport expected = dense.stepAndReport(inputs, targets);
                    StepReport found = sparse.stepAndReport(inputs, targets);

                    // Then
                    assertThat(found)
                            .usingRecursiveComparison()
                            .withComparatorForType(States::compare, Double.class)
                            .isEqualTo(expected);
                    active += found.l0();
                }
                try (TensorSource ours = SafetensorsFile.read(StandardRecipes.state(sparse));
                        TensorSource theirs = SafetensorsFile.read(StandardRecipes.state(dense))) {
                    States.assertAgree(ours, theirs, LEARNING_RATE);
                    sparse.restore(theirs, "");
                }
            }
            assertThat(active).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void reachesTheSameBitsFromEveryStep(RecipeSpec spec) {
        try (Recipe whole = start(spec, WIDTH, sparse())) {
            steps(whole, 0, STEPS);
            for (int stop = 1; stop < STEPS; stop++) {
                try (Recipe first = start(spec, WIDTH, sparse());
                        Recipe second = start(spec, WIDTH, sparse())) {
                    // Given
                    steps(first, 0, stop);

                    // When
                    try (TensorSource saved = SafetensorsFile.read(StandardRecipes.state(first))) {
                        second.restore(saved, "");
                    }
                    steps(second, stop, STEPS);

                    // Then
                    assertThat(StandardRecipes.state(second))
                            .isEqualTo(StandardRecipes.state(whole));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void reportingChangesNothing(RecipeSpec spec) {
        try (Recipe silent = start(spec, WIDTH, sparse());
                Recipe reporting = start(spec, WIDTH, sparse())) {
            steps(silent, 0, STEPS);
            for (int step = 0; step < STEPS; step++) {
                try (NDArray batch = batch(step, WIDTH)) { // (B, D)
                    reporting.stepAndReport(batch, batch);
                }
            }

            assertThat(StandardRecipes.state(reporting)).isEqualTo(StandardRecipes.state(silent));
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void leavesNoArraysBehind(RecipeSpec spec) {
        try (Recipe recipe = start(spec, WIDTH, sparse());
                NDArray batch = batch(0, WIDTH)) { // (B, D)
            recipe.stepAndReport(batch, batch);
            int own = recipe.managedArrays();
            int before = manager.getManagedArrays().size();

            // When
            for (int step = 0; step < 20; step++) {
                recipe.stepAndReport(batch, batch);
            }

            // Then
            assertThat(recipe.managedArrays()).isEqualTo(own);
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void losesItsFinitenessInPlainSight(RecipeSpec spec) {
        try (Recipe recipe = start(spec, WIDTH, sparse());
                NDArray broken = batch(0, WIDTH); // (B, D)
                NDArray whole = batch(1, WIDTH)) { // (B, D)
            recipe.step(whole, whole);
            broken.setScalar(new NDIndex(3, 4), Float.NaN);

            // When
            recipe.step(broken, whole);

            // Then
            assertThat(recipe.stepAndReport(whole, whole).finite()).isFalse();
        }
    }

    private static Optional<SparsePlan> sparse() {
        return Optional.of(VerifyRecipe.alwaysSparse());
    }

    /** Starts with about a third of the latents active, and a few that are never. */
    private Recipe start(RecipeSpec spec, int outputDim, Optional<SparsePlan> plan) {
        InitialWeights drawn = InitialWeights.draw(5, WIDTH, outputDim, LATENTS, 0.5);
        float[] bias = new float[LATENTS];
        Arrays.fill(bias, -0.8f);
        Arrays.fill(bias, 0, 3, -100);
        float[] magnitudeBias = new float[LATENTS];
        Arrays.fill(magnitudeBias, -1f);
        InitialWeights weights =
                drawn.with(DictionaryWeights.ENCODER_BIAS, bias)
                        .with(DictionaryWeights.GATE_BIAS, bias)
                        .with(DictionaryWeights.MAGNITUDE_BIAS, magnitudeBias);
        return Recipe.start(manager, spec, weights, STEPS, plan);
    }

    private void steps(Recipe recipe, int from, int to) {
        for (int step = from; step < to; step++) {
            try (NDArray batch = batch(step, WIDTH)) { // (B, D)
                recipe.step(batch, batch);
            }
        }
    }

    private NDArray batch(int step, int width) {
        return StandardRecipes.batch(manager, 1000 + step, ROWS, width); // (B, D)
    }
}
