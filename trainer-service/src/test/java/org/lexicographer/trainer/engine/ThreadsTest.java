package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.kernel.Workers;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;

/** Weights, moments and counters are the same bits however many threads take the steps. */
class ThreadsTest {

    private static final int STEPS = 50;

    /** Several tiles of rows, the last one not whole. */
    private static final int ROWS = 250;

    private static final int WIDTH = 6;

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
        byte[] expected = trained(spec, Optional.of(sparse(1)));
        for (int threads : List.of(2, 8)) {
            assertThat(trained(spec, Optional.of(sparse(threads))))
                    .as("%d threads", threads)
                    .isEqualTo(expected);
        }
    }

    private static SparsePlan sparse(int threads) {
        return new SparsePlan(new Workers(threads), Double.POSITIVE_INFINITY);
    }

    private static byte[] trained(RecipeSpec spec, Optional<SparsePlan> plan) {
        try (NDManager manager = NDManager.newBaseManager();
                Recipe recipe =
                        Recipe.start(
                                manager,
                                spec,
                                TrainingMethods.of(spec).initialWeights(spec, WIDTH, WIDTH),
                                STEPS,
                                plan)) {
            for (int step = 0; step < STEPS; step++) {
                try (NDArray batch = StandardRecipes.batch(manager, step, ROWS, WIDTH)) {
                    recipe.step(batch, batch);
                }
            }
            return StandardRecipes.state(recipe);
        }
    }
}
