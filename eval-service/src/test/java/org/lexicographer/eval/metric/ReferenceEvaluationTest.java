package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.exchange.Dictionaries;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * Compares with what dictionary_learning's {@code evaluate()} says of its own dictionaries on the
 * rows {@code x}: {@code reference.json}, made together with the weights.
 */
class ReferenceEvaluationTest {

    /**
     * Written by dictionary_learning's trainers; the modules beside this one test with them too.
     */
    private static final Path DICTIONARIES = Path.of("../dictionary/src/test/resources/reference");

    private static final Path SETTINGS = Path.of("../trainer-service/src/test/resources/recipes");

    /** Its float32 sums over 64 latents and all 512 rows. */
    private static final double TOLERANCE = 1e-5;

    private static final int DIM = 16;

    private static final Map<MetricDefinition, String> THEIR_NAMES =
            Map.of(
                    MetricDefinition.ERROR_NORM, "l2_loss",
                    MetricDefinition.L1, "l1_loss",
                    MetricDefinition.L0, "l0",
                    MetricDefinition.FRAC_VARIANCE_EXPLAINED, "frac_variance_explained",
                    MetricDefinition.COSINE_SIMILARITY, "cossim",
                    MetricDefinition.L2_RATIO, "l2_ratio",
                    MetricDefinition.RELATIVE_RECONSTRUCTION_BIAS, "relative_reconstruction_bias",
                    MetricDefinition.FRACTION_ALIVE, "frac_alive");

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
    void agreesWithDictionaryLearning(String name) throws IOException {
        JsonNode expected =
                Json.tree(Files.readAllBytes(SETTINGS.resolve(name).resolve("reference.json")))
                        .path("evaluation_on_all_rows_of_x");

        THEIR_NAMES.forEach(
                (metric, theirs) -> {
                    // When
                    Optional<Double> found = Figures.of(values -> evaluate(name, values), metric);

                    // Then
                    double value = expected.path(theirs).asDouble();
                    assertThat(found.orElseThrow())
                            .as(theirs)
                            .isCloseTo(value, within(TOLERANCE * Math.max(1, Math.abs(value))));
                });
    }

    @Test
    void theMeanSquaredErrorIsNotTheSquareOfTheMeanNorm() {
        // Given
        Consumer<MetricValues> report = values -> evaluate("standard", values);

        // When
        double mse = Figures.value(report, MetricDefinition.MSE);

        // Then
        double norm = Figures.value(report, MetricDefinition.ERROR_NORM);
        assertThat(DIM * mse).isGreaterThan(norm * norm);
    }

    private static void evaluate(String name, MetricValues values) {
        Path folder = DICTIONARIES.resolve(name);
        try (NDManager manager = NDManager.newBaseManager();
                LoadedDictionary loaded = Dictionaries.load(folder, manager);
                TensorSource tensors =
                        SafetensorsFile.open(folder.resolve("inference.safetensors"))) {
            float[] rows = tensors.floats("x");
            NDArray x = manager.create(rows, new Shape(rows.length / DIM, DIM)); // (N, D)
            NDArray latents = loaded.dictionary().encode(x); // (N, F)
            LatentStatistics latentStatistics =
                    new LatentStatistics(loaded.dictionary().dictionarySize());
            latentStatistics.add(SparseRows.of(latents));
            ReconstructionStatistics statistics = new ReconstructionStatistics(DIM);
            statistics.add(x, loaded.dictionary().decode(latents));
            statistics.endBatch();
            latentStatistics.report(values);
            statistics.report(values);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
