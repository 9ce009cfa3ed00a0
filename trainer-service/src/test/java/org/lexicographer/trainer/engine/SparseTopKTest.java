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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.verification.VerifyRecipe;

class SparseTopKTest {

    private static final double LEARNING_RATE = 1e-2;

    private static final int ROWS = 40;
    private static final int WIDTH = 20;
    private static final int LATENTS = 60;
    private static final int K = 4;
    private static final int STEPS = 12;

    /** Latents whose pre-activations are too small for them to be chosen; they die and revive. */
    private static final int WEAK = 15;

    /** Three batches; the weak ones are dead from the third step on. */
    private static final long DEAD_TOKENS = 3 * ROWS;

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
            return "%s %s clip=%s kAnneal=%s outputDim=%d"
                    .formatted(
                            spec.type(),
                            spec.basics().compatibility(),
                            spec.basics().maxGradientNorm(),
                            annealSteps(),
                            outputDim);
        }

        private int annealSteps() {
            return switch (spec) {
                case TopKRecipeSpec topK -> topK.selection().kAnnealSteps();
                case BatchTopKRecipeSpec topK -> topK.selection().kAnnealSteps();
                case MatryoshkaBatchTopKRecipeSpec topK -> topK.selection().kAnnealSteps();
                default -> 0;
            };
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Compatibility compatibility : Compatibility.values()) {
            for (double maxNorm : new double[] {0, 0.5}) {
                for (int annealSteps : new int[] {0, 6}) {
                    for (int outputDim : new int[] {WIDTH, 9}) {
                        specs(compatibility, maxNorm, annealSteps)
                                .forEach(spec -> cases.add(new Case(spec, outputDim)));
                    }
                }
            }
        }
        return cases.stream();
    }

    static Stream<RecipeSpec> recipes() {
        return Stream.of(Compatibility.values()).flatMap(it -> specs(it, 1, 0).stream());
    }

    private static List<RecipeSpec> specs(
            Compatibility compatibility, double maxNorm, int annealSteps) {
        RecipeBasics basics =
                new RecipeBasics(
                        "test",
                        List.of(),
                        Optional.empty(),
                        LATENTS,
                        5,
                        LEARNING_RATE,
                        Schedule.linear(2, Optional.empty(), 0),
                        maxNorm,
                        compatibility,
                        ComputeType.FLOAT32);
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

    /** Every step starts from the same state, so that roundings do not build up. */
    @ParameterizedTest
    @MethodSource("cases")
    void sparseAndDenseStepsAgree(Case given) {
        try (Recipe dense = start(given.spec(), given.outputDim(), Optional.empty());
                Recipe sparse = start(given.spec(), given.outputDim(), sparse())) {
            double auxiliary = 0;
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
                    auxiliary += found.sparsityLoss();
                }
                try (TensorSource ours = SafetensorsFile.read(StandardRecipes.state(sparse));
                        TensorSource theirs = SafetensorsFile.read(StandardRecipes.state(dense))) {
                    States.assertAgree(ours, theirs, LEARNING_RATE);
                    sparse.restore(theirs, "");
                }
            }
            assertThat(auxiliary).isPositive();
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
    void takesTheDenseStepWhereManyLatentsMayBeActive(RecipeSpec spec) {
        // Given: from the fourth step on, dead latents take part too
        double share = (K + 0.5) / LATENTS;
        SparsePlan guarded = new SparsePlan(FastestSteps.workers(), share);
        try (Recipe mixed = start(spec, WIDTH, Optional.of(guarded));
                Recipe sparse = start(spec, WIDTH, sparse());
                Recipe dense = start(spec, WIDTH, Optional.empty())) {
            // When
            steps(mixed, 0, 3);
            steps(sparse, 0, 3);

            // Then
            assertThat(StandardRecipes.state(mixed)).isEqualTo(StandardRecipes.state(sparse));

            // When
            try (TensorSource saved = SafetensorsFile.read(StandardRecipes.state(sparse))) {
                dense.restore(saved, "");
            }
            steps(mixed, 3, 4);
            steps(dense, 3, 4);
            steps(sparse, 3, 4);

            // Then
            assertThat(StandardRecipes.state(mixed))
                    .isEqualTo(StandardRecipes.state(dense))
                    .isNotEqualTo(StandardRecipes.state(sparse));
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

    @Test
    void inDictionaryLearningTheFirstLatentsAtZeroFillUpARow() {
        // Given: pre-activations that are all negative but one
        RecipeSpec spec = specs(Compatibility.DICTIONARY_LEARNING, 1, 0).getFirst();
        InitialWeights weights = TrainingMethods.of(spec).initialWeights(spec, WIDTH, WIDTH);
        Arrays.fill(weights.encoderBias(), -100);
        weights.encoderBias()[2] = 100;
        try (Recipe recipe = Recipe.start(manager, spec, weights, STEPS, sparse())) {
            // When
            steps(recipe, 0, 1);

            // Then
            try (TensorSource saved = SafetensorsFile.read(StandardRecipes.state(recipe))) {
                long[] silent = saved.longs("tokensSinceActive");
                assertThat(Arrays.copyOf(silent, K + 2)).containsExactly(0, 0, 0, 0, ROWS, ROWS);
            }
        }
    }

    private static Optional<SparsePlan> sparse() {
        return Optional.of(VerifyRecipe.alwaysSparse());
    }

    private Recipe start(RecipeSpec spec, int outputDim, Optional<SparsePlan> plan) {
        InitialWeights weights = TrainingMethods.of(spec).initialWeights(spec, WIDTH, outputDim);
        for (int i = 0; i < WEAK * WIDTH; i++) {
            weights.encoderWeight()[i] *= 0.05f;
        }
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
