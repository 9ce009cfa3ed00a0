package org.lexicographer.trainer.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;

class ReferenceTest {

    private static final Path FOLDER = Path.of("src/test/resources/recipes");

    /** The losses are sums of about 500 float32 squares of size 1. */
    private static final Offset<Double> LOSS_ROUNDING = within(1e-5);

    /** Means over 512 rows, taken in float32 by the reference and in double here. */
    private static final Offset<Double> METRIC_ROUNDING = within(1e-5);

    @Test
    void everyTypeOfRecipeCanBeCompared() {
        assertThat(TrainerClass.values())
                .extracting(TrainerClass::type)
                .containsExactlyInAnyOrderElementsOf(RecipeSpec.types());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"post_2023", "post_2023_entropy", "post_2023_mlp_stretcher", "standard"})
    void sparseStepsGiveTheReferencesWeightsAtEverySnapshot(String name) throws IOException {
        assertThatWeightsAgree(name, Optional.of(VerifyRecipe.alwaysSparse()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"post_2023", "post_2023_entropy", "post_2023_mlp_stretcher", "standard"})
    void denseStepsGiveTheReferencesWeightsAtEverySnapshot(String name) throws IOException {
        assertThatWeightsAgree(name, Optional.empty());
    }

    private static void assertThatWeightsAgree(String name, Optional<SparsePlan> plan)
            throws IOException {
        try (Reference reference = Reference.open(FOLDER.resolve(name));
                NDManager manager = NDManager.newBaseManager();
                Recipe recipe = reference.start(manager, plan)) {
            // When
            SortedMap<Integer, Double> differences = reference.differences(recipe, manager);

            // Then
            assertThat(differences).containsOnlyKeys(1, 2, 5, 10, 20, 40);
            assertThat(differences.values())
                    .allMatch(difference -> difference <= VerifyRecipe.TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"post_2023", "post_2023_entropy", "post_2023_mlp_stretcher"})
    void reportsTheReferencesLossesBeforeEveryUpdate(String name) throws IOException {
        try (Reference reference = Reference.open(FOLDER.resolve(name));
                NDManager manager = NDManager.newBaseManager();
                Recipe recipe = reference.start(manager);
                TensorSource trajectory =
                        SafetensorsFile.open(
                                FOLDER.resolve(name).resolve("trajectory.safetensors"))) {
            float[] losses = trajectory.floats("losses");
            for (int step = 0; step < losses.length / 2; step++) {
                // When
                StepReport report =
                        recipe.stepAndReport(
                                reference.inputBatch(manager, step),
                                reference.targetBatch(manager, step));

                // Then
                assertThat(report.step()).isEqualTo(step);
                assertThat(report.reconstructionLoss()).isCloseTo(losses[2 * step], LOSS_ROUNDING);
                assertThat(report.sparsityLoss()).isCloseTo(losses[2 * step + 1], LOSS_ROUNDING);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "standard",
                "standard_april_update",
                "p_anneal",
                "gated",
                "gated_anneal",
                "top_k",
                "batch_top_k",
                "matryoshka_batch_top_k",
                "jump_relu"
            })
    void trainedWeightsGiveTheReferencesLatentsAndReconstruction(String name) throws IOException {
        try (Reference reference = Reference.open(FOLDER.resolve(name));
                NDManager manager = NDManager.newBaseManager()) {
            assertThat(reference.inferenceDifference(manager))
                    .hasValueSatisfying(
                            difference ->
                                    assertThat(difference)
                                            .isLessThanOrEqualTo(VerifyRecipe.TOLERANCE));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "standard_april_update",
                "p_anneal",
                "gated",
                "gated_anneal",
                "top_k",
                "batch_top_k",
                "matryoshka_batch_top_k",
                "jump_relu"
            })
    void denseAndSparseStepsGiveTheReferencesWeightsAtEverySnapshot(String name)
            throws IOException {
        assertThatSteepWeightsAgree(name, Optional.empty());
        assertThatSteepWeightsAgree(name, Optional.of(VerifyRecipe.alwaysSparse()));
    }

    private static void assertThatSteepWeightsAgree(String name, Optional<SparsePlan> plan)
            throws IOException {
        try (Reference reference = Reference.open(FOLDER.resolve(name));
                NDManager manager = NDManager.newBaseManager()) {
            double tolerance = VerifyRecipe.tolerance(reference.settings().spec());

            // When
            List<SortedMap<Integer, Double>> differences = new ArrayList<>();
            for (RowOrder order : List.of(RowOrder.AS_STORED, new RowOrder(1), new RowOrder(2))) {
                try (Recipe recipe = reference.start(manager, plan)) {
                    differences.add(reference.differences(recipe, manager, order));
                }
            }

            // Then
            assertThat(differences.getFirst()).containsOnlyKeys(1, 2, 5, 10, 20, 40);
            // Until latents near 0 and thresholds have had time to tell, the strict one holds.
            assertThat(differences.getFirst().headMap(20).values())
                    .allMatch(difference -> difference <= VerifyRecipe.TOLERANCE);
            // Where rounding decides, that of another order may agree better.
            assertThat(differences)
                    .anySatisfy(
                            it ->
                                    assertThat(it.values())
                                            .allMatch(difference -> difference <= tolerance));
        }
    }

    @Test
    void trainedDictionaryScoresAsTheReferenceDoes() throws IOException {
        Path folder = FOLDER.resolve("standard");
        try (Reference reference = Reference.open(folder);
                NDManager manager = NDManager.newBaseManager();
                Recipe recipe = reference.start(manager);
                TensorSource inference =
                        SafetensorsFile.open(folder.resolve("inference.safetensors"))) {
            // Given
            reference.differences(recipe, manager);
            int width = reference.batchShape().get(2).intValue();
            float[] values = inference.floats("x");
            int rows = values.length / width;
            NDArray x = manager.create(values, new Shape(rows, width)); // (N, D)

            // When
            NDArray latents = recipe.dictionary(manager).encode(x); // (N, F)
            NDArray reconstruction = recipe.dictionary(manager).decode(latents); // (N, D)

            // Then
            JsonNode expected =
                    Json.tree(Files.readAllBytes(folder.resolve("reference.json")))
                            .get("evaluation_on_all_rows_of_x");
            float[] f = latents.toFloatArray();
            assertThat(sum(f) / rows)
                    .isCloseTo(expected.get("l1_loss").asDouble(), METRIC_ROUNDING);
            assertThat((double) active(f) / rows)
                    .isCloseTo(expected.get("l0").asDouble(), METRIC_ROUNDING);
            assertThat((double) active(latents.max(new int[] {0}).toFloatArray()) / 64)
                    .isEqualTo(expected.get("frac_alive").asDouble());
            float[] errors =
                    x.sub(reconstruction).square().sum(new int[] {1}).sqrt().toFloatArray();
            assertThat(sum(errors) / rows)
                    .isCloseTo(expected.get("l2_loss").asDouble(), METRIC_ROUNDING);
        }
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    private static int active(float[] values) {
        int active = 0;
        for (float value : values) {
            active += value > 0 ? 1 : 0;
        }
        return active;
    }
}
