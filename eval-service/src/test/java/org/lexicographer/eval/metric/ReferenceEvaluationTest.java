package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.dictionary.StandardDictionary;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * Compares with what dictionary_learning's {@code evaluate()} says of its own StandardTrainer's
 * dictionary on the rows {@code x}: {@code reference.json}, made together with the weights.
 */
class ReferenceEvaluationTest {

    /** Its float32 sums over 64 latents and all rows. */
    private static final double RELATIVE_TOLERANCE = 2e-6;

    private static final int DIM = 16;
    private static final int SIZE = 64;

    @ParameterizedTest
    @CsvSource({
        "ERROR_NORM, l2_loss",
        "L1, l1_loss",
        "L0, l0",
        "FRAC_VARIANCE_EXPLAINED, frac_variance_explained",
        "COSINE_SIMILARITY, cossim",
        "L2_RATIO, l2_ratio",
        "RELATIVE_RECONSTRUCTION_BIAS, relative_reconstruction_bias",
        "FRACTION_ALIVE, frac_alive"
    })
    void agreesWithDictionaryLearning(MetricDefinition metric, String theirs) throws IOException {
        // Given
        double expected = reference().path(theirs).asDouble();

        // When
        Optional<Double> found = Figures.of(ReferenceEvaluationTest::evaluate, metric);

        // Then
        assertThat(found.orElseThrow())
                .isCloseTo(expected, within(RELATIVE_TOLERANCE * Math.abs(expected)));
    }

    @Test
    void theMeanSquaredErrorIsNotTheSquareOfTheMeanNorm() {
        // Given
        Consumer<MetricValues> report = ReferenceEvaluationTest::evaluate;

        // When
        double mse = Figures.value(report, MetricDefinition.MSE);

        // Then
        double norm = Figures.value(report, MetricDefinition.ERROR_NORM);
        assertThat(DIM * mse).isGreaterThan(norm * norm);
    }

    private static void evaluate(MetricValues values) {
        try (NDManager manager = NDManager.newBaseManager();
                StandardDictionary dictionary = dictionary(manager)) {
            NDArray x = rows(manager); // (N, D)
            NDArray latents = dictionary.encode(x); // (N, F)
            LatentStatistics latentStatistics = new LatentStatistics(SIZE);
            latentStatistics.add(latents);
            ReconstructionStatistics statistics = new ReconstructionStatistics(DIM);
            statistics.add(x, dictionary.decode(latents));
            statistics.endBatch();
            latentStatistics.report(values);
            statistics.report(values);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static NDArray rows(NDManager manager) throws IOException {
        try (TensorSource tensors = SafetensorsFile.read(bytes("inference.safetensors"))) {
            float[] x = tensors.floats("x");
            return manager.create(x, new Shape(x.length / DIM, DIM)); // (N, D)
        }
    }

    /** Their weights are (F, D) for the encoder and (D, F) for the decoder. */
    private static StandardDictionary dictionary(NDManager manager) throws IOException {
        try (TensorSource tensors = SafetensorsFile.read(bytes("trajectory.safetensors"))) {
            return new StandardDictionary(
                    manager.create(tensors.floats("after_40.encoder.weight"), new Shape(SIZE, DIM))
                            .transpose(), // (D, F)
                    manager.create(tensors.floats("after_40.encoder.bias")), // (F)
                    manager.create(tensors.floats("after_40.decoder.weight"), new Shape(DIM, SIZE))
                            .transpose(), // (F, D)
                    manager.create(tensors.floats("after_40.bias")), // (D)
                    true);
        }
    }

    private static JsonNode reference() throws IOException {
        return Json.tree(bytes("reference.json")).path("evaluation_on_all_rows_of_x");
    }

    private static byte[] bytes(String name) throws IOException {
        try (var in = ReferenceEvaluationTest.class.getResourceAsStream("/standard/" + name)) {
            return in.readAllBytes();
        }
    }
}
