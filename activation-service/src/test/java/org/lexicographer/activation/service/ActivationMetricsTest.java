package org.lexicographer.activation.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.testing.MeterTable;

class ActivationMetricsTest {

    private static final Path PAGE = Path.of("../docs/metrics.md");

    @Test
    void showsTheStagesThatItWorksAtUntilTheyLeave() {
        // Given
        MeterRegistry registry = new SimpleMeterRegistry();
        ActivationMetrics metrics = new ActivationMetrics(registry);

        // When
        work(metrics, 0);
        work(metrics, 1);
        metrics.forward("demo", 0, 64, 2_000_000_000L);

        // Then
        assertThat(
                        registry.get("lexicographer.activation.blocks.tokens")
                                .tags("run", "demo", "stage", "0")
                                .counter()
                                .count())
                .isEqualTo(128);
        assertThat(registry.get("lexicographer.jobs.owned").gauge().value()).isEqualTo(2);

        // When
        metrics.left("demo", 0);

        // Then
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getTag("stage"))
                .contains("1")
                .doesNotContain("0");
        assertThat(registry.get("lexicographer.jobs.owned").gauge().value()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("deprecation") // Quarkus keeps to the registry of Prometheus' simple client.
    void metersAreThoseOfTheirPage() {
        // Given
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        // When
        work(new ActivationMetrics(registry), 0);

        // Then
        assertThat(MeterTable.scraped(registry.scrape()))
                .containsExactlyElementsOf(MeterTable.documented(PAGE, "activation-service"));
    }

    private static void work(ActivationMetrics metrics, int stage) {
        metrics.progress(
                new RunProgress(
                        "demo",
                        new ExtractionProgress("replica", stage, 1, 64, 32, 5),
                        State.RUNNING,
                        Optional.empty()));
        metrics.forward("demo", stage, 64, 1_000_000_000L);
        metrics.ahead("demo", stage, 4096);
    }
}
