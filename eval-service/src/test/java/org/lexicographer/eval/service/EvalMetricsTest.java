package org.lexicographer.eval.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.evaluator.Outcome;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.runtime.meter.CommonMeters;
import org.lexicographer.testing.MeterTable;

class EvalMetricsTest {

    private static final Path PAGE = Path.of("../docs/metrics.md");

    @Test
    void showsWhatTheLastEvaluationOfADictionaryFound() {
        // Given
        MeterRegistry registry = new SimpleMeterRegistry();
        EvalMetrics metrics = new EvalMetrics(registry);

        // When
        evaluated(metrics, "demo", 0.5);
        evaluated(metrics, "demo", 0.75);

        // Then
        assertThat(
                        registry.get("lexicographer.evaluations.loss.recovered")
                                .tags(
                                        "run",
                                        "demo",
                                        "site",
                                        "layers.0.mlp.out",
                                        "recipe",
                                        "standard")
                                .gauge()
                                .value())
                .isEqualTo(0.75);
    }

    @Test
    void metersDoNotBecomeMoreWithEveryDictionary() {
        // Given
        MeterRegistry registry = new SimpleMeterRegistry();
        EvalMetrics metrics = new EvalMetrics(registry);
        for (int run = 0; run < EvalMetrics.SHOWN; run++) {
            evaluated(metrics, "run-" + run, 0.5);
        }
        int most = registry.getMeters().size();

        // When
        evaluated(metrics, "one-more", 0.5);

        // Then
        assertThat(registry.getMeters()).hasSize(most);
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getTag("run"))
                .contains("one-more", "run-1")
                .doesNotContain("run-0");
    }

    @Test
    @SuppressWarnings("deprecation") // Quarkus keeps to the registry of Prometheus' simple client.
    void metersAreThoseOfTheirPage() {
        // Given
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        EvalMetrics metrics = new EvalMetrics(registry);

        // When
        metrics.jobs(() -> 1, () -> 0);
        evaluated(metrics, "demo", 0.5);
        new CommonMeters(registry).removed(new Removal("statistics", Instant.EPOCH, 1, 1));

        // Then
        assertThat(MeterTable.scraped(registry.scrape()))
                .containsExactlyElementsOf(MeterTable.documented(PAGE, "eval-service"));
    }

    private static void evaluated(EvalMetrics metrics, String run, double lossRecovered) {
        DictionaryId id = new DictionaryId(run, Site.parse("layers.0.mlp.out"), "standard");
        DictionaryCheckpoint checkpoint =
                new DictionaryCheckpoint(id, 10, 640, true, ObjectKeys.dictionary(id, 10));
        Evaluation evaluation =
                new Evaluation(
                        id,
                        10,
                        true,
                        Evaluation.HELD_OUT,
                        1,
                        64,
                        List.of(
                                metric(MetricDefinition.LOSS_RECOVERED, lossRecovered),
                                metric(MetricDefinition.L0, 8),
                                metric(MetricDefinition.FRACTION_OF_VARIANCE_UNEXPLAINED, 0.2),
                                metric(MetricDefinition.FRACTION_ALIVE, 0.9)));
        metrics.measured(() -> Map.of(checkpoint, new Outcome.Done<>(evaluation)));
    }

    private static Evaluation.Metric metric(MetricDefinition definition, double value) {
        return new Evaluation.Metric(definition.id(), 1, value);
    }
}
