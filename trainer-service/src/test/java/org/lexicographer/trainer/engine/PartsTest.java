package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;

/** Batches whose lists would be long are taken in parts. */
class PartsTest {

    private static final int STEPS = 6;

    /** Two parts of 480 rows, and a tile that is not whole. */
    private static final int ROWS = 1000;

    private static final int WIDTH = 6;

    /** Sums of float32 in another order, moved by Adam six times. */
    private static final Percentage ROUNDING = Percentage.withPercentage(0.01);

    /** What a run has state and reports of. */
    private record Trained(byte[] state, List<StepReport> reports) {}

    static Stream<RecipeSpec> recipes() {
        return Specs.all(Compatibility.PAPER).stream();
    }

    private static SparsePlan parts(int threads, double denseShare) {
        return new SparsePlan(new Workers(threads), denseShare, 1);
    }

    private static Trained trained(RecipeSpec spec, SparsePlan plan) {
        try (NDManager manager = NDManager.newBaseManager();
                Recipe recipe =
                        Recipe.start(
                                manager,
                                spec,
                                TrainingMethods.of(spec).initialWeights(spec, WIDTH, WIDTH),
                                STEPS,
                                Optional.of(plan))) {
            List<StepReport> reports =
                    Stream.iterate(0, step -> step + 1)
                            .limit(STEPS)
                            .map(step -> step(recipe, manager, step))
                            .toList();
            return new Trained(StandardRecipes.state(recipe), reports);
        }
    }

    private static StepReport step(Recipe recipe, NDManager manager, int step) {
        try (NDArray batch = StandardRecipes.batch(manager, step, ROWS, WIDTH)) {
            return recipe.stepAndReport(batch, batch);
        }
    }

    @Test
    void partsAreWholeTilesThatDoNotGrowWithTheBatch() {
        assertThat(SparsePlan.rowsAtOnce(32768, SparsePlan.ENTRIES)).isEqualTo(960);
        assertThat(SparsePlan.rowsAtOnce(8192, SparsePlan.ENTRIES)).isEqualTo(3840);
        assertThat(SparsePlan.rowsAtOnce(1 << 20, SparsePlan.ENTRIES)).isEqualTo(480);
        assertThat(480 % TileProduct.ROWS).isZero();
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void gatheredPartsGiveTheSameBitsOnAnyNumberOfThreads(RecipeSpec spec) {
        byte[] expected = trained(spec, parts(1, Double.POSITIVE_INFINITY)).state();
        for (int threads : List.of(2, 8)) {
            assertThat(trained(spec, parts(threads, Double.POSITIVE_INFINITY)).state())
                    .as("%d threads", threads)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void multipliedPartsGiveTheSameBitsOnAnyNumberOfThreads(RecipeSpec spec) {
        byte[] expected = trained(spec, parts(1, 0)).state();
        for (int threads : List.of(2, 8)) {
            assertThat(trained(spec, parts(threads, 0)).state())
                    .as("%d threads", threads)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void partsComeToWhatTheWholeComesTo(RecipeSpec spec) {
        for (double denseShare : List.of(0.0, Double.POSITIVE_INFINITY)) {
            // When
            List<StepReport> whole =
                    trained(spec, new SparsePlan(new Workers(1), denseShare)).reports();
            List<StepReport> parts = trained(spec, parts(1, denseShare)).reports();

            // Then
            for (int step = 0; step < STEPS; step++) {
                assertThat(parts.get(step).reconstructionLoss())
                        .as("step %d", step)
                        .isCloseTo(whole.get(step).reconstructionLoss(), ROUNDING);
                assertThat(parts.get(step).l0())
                        .as("step %d", step)
                        .isCloseTo(whole.get(step).l0(), ROUNDING);
            }
        }
    }
}
