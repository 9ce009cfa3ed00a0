package org.lexicographer.eval.metric;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.exchange.Dictionaries;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.languagemodel.Divergence;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.languagemodel.ReplacedLoss;
import org.lexicographer.languagemodel.kernel.DivergenceKernel;
import org.lexicographer.languagemodel.kernel.RowFunction;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * Compares with what dictionary_learning's {@code evaluate()} says of its own dictionaries on the
 * rows {@code x}, made together with the weights, and with what SAEBench's functions say of some of
 * them, made by {@code src/test/python/make_saebench_references.py}.
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

    /** SAEBench's rows are contexts of 32 tokens, four of them in a batch. */
    private static final int CONTEXT_LENGTH = 32;

    /** Its logits are products with so many rows. */
    private static final int VOCABULARY = 50;

    private static final int BATCH_ROWS = 4 * CONTEXT_LENGTH;

    /** Its float32 sums of ratios, some of them near 0 in the divisor. */
    private static final double SAE_BENCH_TOLERANCE = 2e-5;

    private static final Map<MetricDefinition, String> SAE_BENCH_NAMES =
            Map.ofEntries(
                    entry(MetricDefinition.L0, "l0"),
                    entry(MetricDefinition.L1, "l1"),
                    entry(MetricDefinition.COSINE_SIMILARITY, "cossim"),
                    entry(MetricDefinition.FRACTION_ALIVE, "frac_alive"),
                    entry(MetricDefinition.EXPLAINED_VARIANCE_LEGACY, "explained_variance_legacy"),
                    entry(MetricDefinition.CONSISTENT_ACTIVATION, "consistent_activation"),
                    entry(MetricDefinition.FREQ_OVER_1_PERCENT, "freq_over_1_percent"),
                    entry(MetricDefinition.FREQ_OVER_10_PERCENT, "freq_over_10_percent"),
                    entry(
                            MetricDefinition.NORMALIZED_FREQ_OVER_1_PERCENT,
                            "normalized_freq_over_1_percent"),
                    entry(
                            MetricDefinition.NORMALIZED_FREQ_OVER_10_PERCENT,
                            "normalized_freq_over_10_percent"),
                    entry(MetricDefinition.KL_DIVERGENCE, "kl_div_with_sae"),
                    entry(MetricDefinition.KL_DIVERGENCE_ZERO, "kl_div_with_ablation"),
                    entry(MetricDefinition.KL_DIVERGENCE_SCORE, "kl_div_score"),
                    entry(
                            MetricDefinition.AVERAGE_MAX_ENCODER_COSINE_SIM,
                            "average_max_encoder_cosine_sim"),
                    entry(
                            MetricDefinition.AVERAGE_MAX_DECODER_COSINE_SIM,
                            "average_max_decoder_cosine_sim"));

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

        // When
        THEIR_NAMES.forEach(
                (metric, theirs) -> {
                    double found = Figures.value(values -> evaluateAtOnce(name, values), metric);

                    // Then
                    assertThat(found)
                            .as(theirs)
                            .satisfies(isClose(expected.path(theirs).asDouble(), TOLERANCE));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "p_anneal", "gated", "top_k", "batch_top_k", "jump_relu"})
    void agreesWithSaeBench(String name) throws IOException {
        JsonNode expected =
                Json.tree(Files.readAllBytes(Path.of("src/test/resources/saebench/reference.json")))
                        .path(name);

        // When
        SAE_BENCH_NAMES.forEach(
                (metric, theirs) -> {
                    double found = Figures.value(values -> evaluateInBatches(name, values), metric);

                    // Then
                    assertThat(found)
                            .as(theirs)
                            .satisfies(
                                    isClose(expected.path(theirs).asDouble(), SAE_BENCH_TOLERANCE));
                });
    }

    @Test
    void theMeanSquaredErrorIsNotTheSquareOfTheMeanNorm() {
        // Given
        Consumer<MetricValues> report = values -> evaluateAtOnce("standard", values);

        // When
        double mse = Figures.value(report, MetricDefinition.MSE);

        // Then
        double norm = Figures.value(report, MetricDefinition.ERROR_NORM);
        assertThat(DIM * mse).isGreaterThan(norm * norm);
    }

    private static void evaluateAtOnce(String name, MetricValues values) {
        evaluate(name, Integer.MAX_VALUE, values);
    }

    private static void evaluateInBatches(String name, MetricValues values) {
        evaluate(name, BATCH_ROWS, values);
    }

    private static void evaluate(String name, int batchRows, MetricValues values) {
        Path folder = DICTIONARIES.resolve(name);
        try (NDManager manager = NDManager.newBaseManager();
                LoadedDictionary loaded = Dictionaries.load(folder, manager);
                TensorSource tensors =
                        SafetensorsFile.open(folder.resolve("inference.safetensors"))) {
            float[] rows = tensors.floats("x");
            NDArray x = manager.create(rows, new Shape(rows.length / DIM, DIM)); // (N, D)
            Dictionary dictionary = loaded.dictionary();
            LatentStatistics latentStatistics =
                    new LatentStatistics(dictionary.dictionarySize(), CONTEXT_LENGTH);
            ReconstructionStatistics statistics = new ReconstructionStatistics(DIM);
            LossStatistics losses = new LossStatistics();
            NDArray unembedding = x.get("0:" + VOCABULARY).mul(0.25f); // (V, D)
            long count = x.getShape().get(0);
            for (long from = 0; from < count; from += batchRows) {
                NDArray batch =
                        x.get(
                                new NDIndex(
                                        "%d:%d"
                                                .formatted(
                                                        from,
                                                        Math.min(
                                                                count,
                                                                from + batchRows)))); // (n, D)
                NDArray latents = dictionary.encode(batch); // (n, F)
                latentStatistics.add(SparseRows.of(latents));
                statistics.beginBatch(batch);
                NDArray reconstruction = dictionary.decode(latents); // (n, Dout)
                statistics.add(batch, reconstruction);
                statistics.endBatch();
                addLosses(losses, unembedding, batch, reconstruction);
            }
            latentStatistics.report(values);
            statistics.report(values);
            losses.report(values);
            WeightStatistics.of(dictionary).report(values);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The rows are what a model's last layer ends with, and have no next token. */
    private static void addLosses(
            LossStatistics losses, NDArray unembedding, NDArray rows, NDArray reconstruction) {
        long[] targets = new long[Math.toIntExact(rows.getShape().get(0))];
        Arrays.fill(targets, -1);
        DivergenceKernel kernel =
                new DivergenceKernel(
                        rows,
                        List.of(reconstruction, rows.zerosLike()),
                        targets,
                        RowFunction.IDENTITY);
        kernel.add(unembedding, 0);
        losses.add(NextTokenLoss.NONE, seen(kernel, 0, targets), seen(kernel, 1, targets));
    }

    private static ReplacedLoss seen(DivergenceKernel kernel, int stream, long[] targets) {
        return new ReplacedLoss(
                NextTokenLoss.NONE, new Divergence(kernel.divergence(stream), targets.length));
    }

    /** Relative where values are above 1. */
    private static Consumer<Double> isClose(double expected, double tolerance) {
        return value ->
                assertThat(value)
                        .isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
    }
}
