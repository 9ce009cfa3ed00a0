package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.trainer.engine.SparseRecipes.K;
import static org.lexicographer.trainer.engine.SparseRecipes.ROWS;
import static org.lexicographer.trainer.engine.SparseRecipes.STEPS;
import static org.lexicographer.trainer.engine.SparseRecipes.WIDTH;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.verification.VerifyRecipe;

/** What only sparse steps of the top-k family have to decide. */
@Tag("lanes")
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
