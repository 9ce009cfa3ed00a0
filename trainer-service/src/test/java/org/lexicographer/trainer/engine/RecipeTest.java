package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;

/** What holds for every recipe. */
class RecipeTest {

    private static final int WIDTH = 6;
    private static final int ROWS = 32;

    /** Beyond all updates of the exponent, all resampling, and the start of the threshold. */
    private static final int STEPS = 9;

    /** Norms of float32 rows of 6. */
    private static final float NORM_ROUNDING = 1e-6f;

    private NDManager manager;

    @TempDir Path folder;

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
                .flatMap(compatibility -> Specs.all(compatibility).stream());
    }

    @Test
    void everyTypeOfRecipeIsTriedHere() {
        assertThat(recipes().map(RecipeSpec::type).distinct())
                .containsExactlyInAnyOrderElementsOf(RecipeSpec.types());
    }

    private Recipe start(RecipeSpec spec, int outputDim) {
        return Recipe.start(manager, spec, WIDTH, outputDim, STEPS);
    }

    private void steps(Recipe recipe, int outputDim, int from, int to) {
        for (int step = from; step < to; step++) {
            try (NDArray inputs = StandardRecipes.batch(manager, step, ROWS, WIDTH);
                    NDArray targets =
                            outputDim == WIDTH
                                    ? inputs.duplicate()
                                    : StandardRecipes.batch(manager, 99L + step, ROWS, outputDim)) {
                recipe.step(inputs, targets);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void reachesTheSameBitsFromEveryStep(RecipeSpec spec) throws IOException {
        try (Recipe whole = start(spec, WIDTH)) {
            steps(whole, WIDTH, 0, STEPS);
            byte[] expected = StandardRecipes.state(whole);
            for (int stop = 1; stop < STEPS; stop++) {
                // Given
                Path saved = folder.resolve(stop + ".safetensors");
                try (Recipe first = start(spec, WIDTH)) {
                    steps(first, WIDTH, 0, stop);
                    Files.write(saved, StandardRecipes.state(first));
                }

                // When
                try (Recipe second = start(spec, WIDTH);
                        TensorSource tensors = SafetensorsFile.open(saved)) {
                    second.restore(tensors, "");
                    steps(second, WIDTH, stop, STEPS);

                    // Then
                    assertThat(StandardRecipes.state(second)).isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aRecipeThatCannotStartLeavesNoArrays(RecipeSpec spec) {
        InitialWeights drawn = TrainingMethods.of(spec).initialWeights(spec, WIDTH, WIDTH);
        float[] tooLong = Arrays.copyOf(drawn.encoderWeight(), drawn.encoderWeight().length + 1);
        InitialWeights wrong =
                new InitialWeights(
                        tooLong, drawn.perLatent(), drawn.decoderWeight(), drawn.decoderBias());

        assertThatThrownBy(() -> Recipe.start(manager, spec, wrong, STEPS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("values mismatch: expected=(");
        assertThat(manager.getManagedArrays()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void reportsChangeNothing(RecipeSpec spec) {
        try (Recipe silent = start(spec, WIDTH);
                Recipe reporting = start(spec, WIDTH)) {
            for (int step = 0; step < STEPS; step++) {
                try (NDArray batch = StandardRecipes.batch(manager, step, ROWS, WIDTH)) {
                    silent.step(batch, batch);
                    StepReport report = reporting.stepAndReport(batch, batch);
                    assertThat(report.step()).isEqualTo(step);
                    assertThat(report.finite()).isTrue();
                    assertThat(report.l0()).isPositive();
                }
            }
            assertThat(StandardRecipes.state(reporting)).isEqualTo(StandardRecipes.state(silent));
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void reconstructsAnotherSiteOfAnotherWidth(RecipeSpec spec) {
        try (Recipe recipe = start(spec, WIDTH + 2)) {
            steps(recipe, WIDTH + 2, 0, STEPS);
            try (Dictionary dictionary = recipe.dictionary(manager);
                    NDArray inputs = StandardRecipes.batch(manager, 1, ROWS, WIDTH)) {
                assertThat(dictionary.reconstruct(inputs).getShape().getShape())
                        .containsExactly(ROWS, WIDTH + 2);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void keepsDecoderColumnsAtNormOneWhereTheRecipeSaysSo(RecipeSpec spec) {
        try (Recipe recipe = start(spec, WIDTH)) {
            steps(recipe, WIDTH, 0, STEPS);
            try (Dictionary dictionary = recipe.dictionary(manager)) {
                NDArray decoder =
                        DictionaryWeights.of(dictionary)
                                .get(DictionaryWeights.DECODER_WEIGHT)
                                .array(manager); // (F, D)
                float[] norms = decoder.square().sum(new int[] {1}).sqrt().toFloatArray();
                float[] ones = new float[norms.length];
                Arrays.fill(ones, 1);
                if (spec instanceof StandardAprilRecipeSpec) {
                    assertThat(norms).doesNotContain(ones);
                } else {
                    assertThat(norms)
                            .usingComparatorWithPrecision(NORM_ROUNDING)
                            .containsExactly(ones);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void leavesNothingBehind(RecipeSpec spec) {
        try (NDArray batch = StandardRecipes.batch(manager, 3, ROWS, WIDTH);
                Recipe recipe = Recipe.start(manager, spec, WIDTH, WIDTH, STEPS)) {
            int ownBefore = recipe.managedArrays();
            recipe.stepAndReport(batch, batch);
            int before = manager.getManagedArrays().size();

            // When
            for (int step = 0; step < STEPS; step++) {
                recipe.stepAndReport(batch, batch);
            }

            // Then
            assertThat(recipe.managedArrays()).isEqualTo(ownBefore);
            assertThat(manager.getManagedArrays()).hasSize(before);
            assertThat(batch.getManager()).isSameAs(manager);
        }
    }

    @Test
    void refusesABatchOfAnotherWidth() {
        try (Recipe recipe = start(Specs.all(Compatibility.PAPER).getFirst(), WIDTH);
                NDArray wide = StandardRecipes.batch(manager, 1, ROWS, WIDTH + 1)) {
            assertThatThrownBy(() -> recipe.step(wide, wide))
                    .hasMessage(
                            "input width mismatch: expected=(B, %d), found=(%d, %d)"
                                    .formatted(WIDTH, ROWS, WIDTH + 1));
        }
    }
}
