package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;

/** Weights, moments and counters are the same bits however many threads take the steps. */
class ThreadsTest {

    private static final int STEPS = 50;

    /** Several tiles of rows, the last one not whole. */
    private static final int ROWS = 250;

    private static final int WIDTH = 6;

    /** Several ranges and panels of latents, several slices of a row, none of them whole. */
    private static final int MANY_LATENTS = 700;

    private static final int LARGE_WIDTH = 150;

    /** Each costs as much as hundreds of small ones. */
    private static final int LARGE_STEPS = 5;

    static Stream<RecipeSpec> recipes() {
        return Stream.concat(Stream.of(plain()), Specs.all(Compatibility.PAPER).stream());
    }

    private static StandardRecipeSpec plain() {
        return new StandardRecipeSpec(
                Specs.basics(Compatibility.PAPER, 1),
                StandardRecipeSpec.ReconstructionLoss.SUM,
                StandardRecipeSpec.Penalty.L1,
                0.3,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void everyTypeOfRecipeIsTriedHere() {
        assertThat(recipes().map(RecipeSpec::type).distinct())
                .containsExactlyInAnyOrderElementsOf(RecipeSpec.types());
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void sparseStepsGiveTheSameBits(RecipeSpec spec) {
        assertSameBits(spec, 0, Double.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void productsOfWholeMatricesGiveTheSameBits(RecipeSpec spec) {
        assertSameBits(spec, 0, 0);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void stepsInWhichAllLatentsAreActiveGiveTheSameBits(RecipeSpec spec) {
        assertSameBits(spec, 5, 0);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void stepsOnBothSidesOfTheCrossoverGiveTheSameBits(RecipeSpec spec) {
        // Given: a share that some steps are above and some, in most recipes, are not
        List<Double> shares = new ArrayList<>();
        trained(spec, 0, new SparsePlan(new Workers(1), 0), shares);
        double median = shares.stream().sorted().skip(STEPS / 2).findFirst().orElseThrow();

        assertSameBits(spec, 0, median);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void severalRangesOfLatentsGiveTheSameBits(RecipeSpec spec) {
        RecipeSpec large = withManyLatents(spec);
        for (double denseShare : new double[] {0, Double.POSITIVE_INFINITY}) {
            byte[] expected = trainedLarge(large, new SparsePlan(new Workers(1), denseShare));
            for (int threads : List.of(2, 8)) {
                assertThat(trainedLarge(large, new SparsePlan(new Workers(threads), denseShare)))
                        .as("%d threads, denseShare=%s", threads, denseShare)
                        .isEqualTo(expected);
            }
        }
    }

    static RecipeSpec withManyLatents(RecipeSpec spec) {
        ObjectNode settings = (ObjectNode) Json.toTree(spec);
        settings.put("dictionarySize", MANY_LATENTS);
        return RecipeSpec.of(settings);
    }

    private static byte[] trainedLarge(RecipeSpec spec, SparsePlan plan) {
        InitialWeights drawn =
                TrainingMethods.of(spec).initialWeights(spec, LARGE_WIDTH, LARGE_WIDTH);
        try (NDManager manager = NDManager.newBaseManager();
                Recipe recipe =
                        Recipe.start(manager, spec, drawn, LARGE_STEPS, Optional.of(plan))) {
            for (int step = 0; step < LARGE_STEPS; step++) {
                try (NDArray batch = StandardRecipes.batch(manager, step, ROWS, LARGE_WIDTH)) {
                    recipe.step(batch, batch);
                }
            }
            return StandardRecipes.state(recipe);
        }
    }

    private static void assertSameBits(RecipeSpec spec, float bias, double denseShare) {
        List<Double> shares = new ArrayList<>();
        byte[] expected = trained(spec, bias, new SparsePlan(new Workers(1), denseShare), shares);
        for (int threads : List.of(2, 8)) {
            SparsePlan plan = new SparsePlan(new Workers(threads), denseShare);
            assertThat(trained(spec, bias, plan, shares))
                    .as("%d threads", threads)
                    .isEqualTo(expected);
        }
    }

    private static byte[] trained(
            RecipeSpec spec, float bias, SparsePlan plan, List<Double> shares) {
        InitialWeights drawn = TrainingMethods.of(spec).initialWeights(spec, WIDTH, WIDTH);
        try (NDManager manager = NDManager.newBaseManager();
                Recipe recipe =
                        Recipe.start(
                                manager,
                                spec,
                                bias == 0 ? drawn : raised(drawn, bias),
                                STEPS,
                                Optional.of(plan))) {
            for (int step = 0; step < STEPS; step++) {
                try (NDArray batch = StandardRecipes.batch(manager, step, ROWS, WIDTH)) {
                    double l0 = recipe.stepAndReport(batch, batch).l0();
                    shares.add(l0 / drawn.dictionarySize());
                }
            }
            return StandardRecipes.state(recipe);
        }
    }

    private static InitialWeights raised(InitialWeights weights, float bias) {
        float[] biases = new float[weights.dictionarySize()];
        Arrays.fill(biases, bias);
        return weights.with(DictionaryWeights.ENCODER_BIAS, biases)
                .with(DictionaryWeights.GATE_BIAS, biases);
    }
}
