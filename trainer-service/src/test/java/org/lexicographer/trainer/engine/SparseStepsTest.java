package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.trainer.engine.SparseRecipes.LEARNING_RATE;
import static org.lexicographer.trainer.engine.SparseRecipes.STEPS;
import static org.lexicographer.trainer.engine.SparseRecipes.WIDTH;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.verification.VerifyRecipe;

/** Sparse steps do what steps over whole arrays do. */
class SparseStepsTest {

    /** Half of the steps. */
    private static final int ANNEAL_STEPS = 6;

    private static final int LARGE_WIDTH = 150;
    private static final int LARGE_BATCH = 250;

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
     * @param plan how steps are taken
     */
    private record Case(RecipeSpec spec, int outputDim, SparsePlan plan) {

        @Override
        public String toString() {
            return spec + " outputDim=" + outputDim + " denseShare=" + plan.denseShare();
        }
    }

    /**
     * Half of all combinations of the four settings, chosen so that every combination of three of
     * them occurs.
     */
    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Compatibility compatibility : Compatibility.values()) {
            for (double maxNorm : new double[] {0, 0.5}) {
                for (int outputDim : new int[] {WIDTH, 9}) {
                    boolean even =
                            compatibility.ordinal() % 2 == 0 ^ maxNorm == 0 ^ outputDim == WIDTH;
                    SparsePlan plan = even ? VerifyRecipe.alwaysSparse() : wholeMatrices();
                    Stream.concat(
                                    SparseRecipes.all(compatibility, maxNorm).stream(),
                                    SparseRecipes.topK(compatibility, maxNorm, ANNEAL_STEPS)
                                            .stream())
                            .forEach(spec -> cases.add(new Case(spec, outputDim, plan)));
                }
            }
        }
        return cases.stream();
    }

    static Stream<RecipeSpec> recipes() {
        return SparseRecipes.all();
    }

    /** Every step starts from the same state, so that roundings do not build up. */
    @ParameterizedTest
    @MethodSource("cases")
    void sparseAndDenseStepsAgree(Case given) {
        try (Recipe dense = start(given.spec(), given.outputDim(), Optional.empty());
                Recipe sparse = start(given.spec(), given.outputDim(), Optional.of(given.plan()))) {
            assertThat(sparse.hasFastSteps()).isTrue();
            double active = 0;
            double otherTerm = 0;
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
                    otherTerm += found.sparsityLoss();
                }
                try (TensorSource ours = SafetensorsFile.read(StandardRecipes.state(sparse));
                        TensorSource theirs = SafetensorsFile.read(StandardRecipes.state(dense))) {
                    States.assertAgree(ours, theirs, LEARNING_RATE);
                    sparse.restore(theirs, "");
                }
            }
            assertThat(active).isPositive();
            assertThat(otherTerm).isPositive();
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

    /** With several ranges and panels of latents, and several slices of a row. */
    @ParameterizedTest
    @MethodSource("recipes")
    void sparseAndDenseStepsAgreeWithManyLatents(RecipeSpec spec) {
        RecipeSpec large = ThreadsTest.withManyLatents(spec);
        for (SparsePlan plan : List.of(VerifyRecipe.alwaysSparse(), wholeMatrices())) {
            InitialWeights drawn =
                    TrainingMethods.of(large).initialWeights(large, LARGE_WIDTH, LARGE_WIDTH);
            try (Recipe dense = Recipe.start(manager, large, drawn, STEPS, Optional.empty());
                    Recipe sparse = Recipe.start(manager, large, drawn, STEPS, Optional.of(plan));
                    NDArray rows =
                            StandardRecipes.batch(manager, 3, LARGE_BATCH, LARGE_WIDTH)) { // (B, D)
                // When
                StepReport expected = dense.stepAndReport(rows, rows);
                StepReport found = sparse.stepAndReport(rows, rows);

                // Then
                assertThat(found)
                        .usingRecursiveComparison()
                        .withComparatorForType(States::compare, Double.class)
                        .isEqualTo(expected);
                try (TensorSource ours = SafetensorsFile.read(StandardRecipes.state(sparse));
                        TensorSource theirs = SafetensorsFile.read(StandardRecipes.state(dense))) {
                    States.assertAgree(ours, theirs, LEARNING_RATE);
                }
            }
        }
    }

    private static SparsePlan wholeMatrices() {
        return new SparsePlan(Workers.shared(), 0);
    }

    private static Optional<SparsePlan> sparse() {
        return Optional.of(VerifyRecipe.alwaysSparse());
    }

    private Recipe start(RecipeSpec spec, int outputDim, Optional<SparsePlan> plan) {
        return SparseRecipes.start(manager, spec, outputDim, plan);
    }

    private void steps(Recipe recipe, int from, int to) {
        SparseRecipes.steps(manager, recipe, from, to);
    }

    private NDArray batch(int step, int width) {
        return SparseRecipes.batch(manager, step, width); // (B, D)
    }
}
