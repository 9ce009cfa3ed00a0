package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.trainer.engine.SparseRecipes.K;
import static org.lexicographer.trainer.engine.SparseRecipes.LATENTS;
import static org.lexicographer.trainer.engine.SparseRecipes.ROWS;
import static org.lexicographer.trainer.engine.SparseRecipes.STEPS;
import static org.lexicographer.trainer.engine.SparseRecipes.WIDTH;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.verification.VerifyRecipe;

/** What only sparse steps of the top-k family have to decide. */
class SparseTopKTest {

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    static Stream<RecipeSpec> recipes() {
        return Stream.of(Compatibility.values())
                .flatMap(it -> SparseRecipes.topK(it, 1, 0).stream());
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

    @Test
    void inDictionaryLearningTheFirstLatentsAtZeroFillUpARow() {
        // Given: pre-activations that are all negative but one
        RecipeSpec spec = SparseRecipes.topK(Compatibility.DICTIONARY_LEARNING, 1, 0).getFirst();
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
        return SparseRecipes.start(manager, spec, outputDim, plan);
    }

    private void steps(Recipe recipe, int from, int to) {
        SparseRecipes.steps(manager, recipe, from, to);
    }
}
