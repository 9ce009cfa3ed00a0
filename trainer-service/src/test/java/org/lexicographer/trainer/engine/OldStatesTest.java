package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;

/**
 * States of recipes that commit d3836cf saved after 5 steps are taken up, and lead where it led.
 */
class OldStatesTest {

    private static final Path FOLDER = Path.of("src/test/resources/recipe-states");

    private static final int WIDTH = 6;
    private static final int ROWS = 32;
    private static final int SAVED = 5;
    private static final int STEPS = 9;

    /** Four steps of float32 sums of 32 rows, in another order; Adam turns roundings into 1e-5. */
    private static final float ROUNDING = 1e-4f;

    static Stream<Map.Entry<String, RecipeSpec>> states() {
        Compatibility paper = Compatibility.PAPER;
        return Map.<String, RecipeSpec>ofEntries(
                Map.entry("standard", plain()),
                Map.entry("standard-ghosts", Specs.ghost(paper)),
                Map.entry("standardApril", Specs.april(paper)),
                Map.entry("pAnneal", Specs.pAnneal(paper, NormAnneal.Function.LP_TO_P)),
                Map.entry("pAnneal-lp", Specs.pAnneal(paper, NormAnneal.Function.LP)),
                Map.entry("gated", Specs.gated(paper)),
                Map.entry("gatedAnneal", Specs.gatedAnneal(paper)),
                Map.entry("topK", Specs.topK(paper)),
                Map.entry("batchTopK", Specs.batchTopK(paper)),
                Map.entry("matryoshkaBatchTopK", Specs.matryoshka(paper)),
                Map.entry("jumpReLU", Specs.jumpRelu(paper, Optional.empty())),
                Map.entry(
                        "jumpReLU-tool",
                        Specs.jumpRelu(Compatibility.DICTIONARY_LEARNING, Optional.empty())))
                .entrySet()
                .stream();
    }

    private static StandardRecipeSpec plain() {
        return new StandardRecipeSpec(
                Specs.basics(Compatibility.PAPER, 0),
                StandardRecipeSpec.ReconstructionLoss.SUM,
                StandardRecipeSpec.Penalty.L1,
                0.3,
                Optional.empty(),
                Optional.empty());
    }

    private static TensorSource state(String name, int step) throws IOException {
        return SafetensorsFile.open(FOLDER.resolve(name + ".step" + step + ".safetensors"));
    }

    @Test
    void everyTypeOfRecipeIsTriedHere() {
        assertThat(states().map(it -> it.getValue().type()).distinct())
                .containsExactlyInAnyOrderElementsOf(RecipeSpec.types());
    }

    @ParameterizedTest
    @MethodSource("states")
    void continuesFromWhatAnEarlierVersionSaved(Map.Entry<String, RecipeSpec> given)
            throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                Recipe recipe = Recipe.start(manager, given.getValue(), WIDTH, WIDTH, STEPS);
                TensorSource saved = state(given.getKey(), SAVED);
                TensorSource expected = state(given.getKey(), STEPS)) {
            // When
            recipe.restore(saved, "");
            for (int step = SAVED; step < STEPS; step++) {
                try (NDArray batch = StandardRecipes.batch(manager, step, ROWS, WIDTH)) {
                    recipe.step(batch, batch);
                }
            }

            // Then
            try (TensorSource found = SafetensorsFile.read(StandardRecipes.state(recipe))) {
                assertThat(found.names()).containsExactlyInAnyOrderElementsOf(expected.names());
                for (String name : expected.names()) {
                    if (expected.entry(name).type() == SafetensorsType.F32) {
                        assertThat(found.floats(name))
                                .as(name)
                                .usingComparatorWithPrecision(ROUNDING)
                                .containsExactly(expected.floats(name));
                    }
                }
            }
        }
    }
}
