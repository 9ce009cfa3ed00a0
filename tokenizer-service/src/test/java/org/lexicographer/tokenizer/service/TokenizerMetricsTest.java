package org.lexicographer.tokenizer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.testing.MeterTable;

class TokenizerMetricsTest {

    private static final Path PAGE = Path.of("../docs/metrics.md");

    @Test
    void showsTheRunsThatItWorksOnUntilTheyLeave() {
        // Given
        MeterRegistry registry = new SimpleMeterRegistry();
        TokenizerMetrics metrics = new TokenizerMetrics(registry);

        // When
        metrics.progress(reached("first", State.RUNNING, 3));
        metrics.progress(reached("first", State.RUNNING, 5));
        metrics.progress(reached("second", State.WAITING, 1));

        // Then
        assertThat(value(registry, "token.blocks", "first")).isEqualTo(5);
        assertThat(value(registry, "token.blocks", "second")).isEqualTo(1);
        assertThat(registry.get("lexicographer.jobs.owned").gauge().value()).isEqualTo(2);
        assertThat(registry.get("lexicographer.jobs.waiting").gauge().value()).isEqualTo(1);

        // When
        metrics.left("second");

        // Then
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getTag("run"))
                .contains("first")
                .doesNotContain("second");
        assertThat(registry.get("lexicographer.jobs.owned").gauge().value()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("deprecation") // Quarkus keeps to the registry of Prometheus' simple client.
    void metersAreThoseOfTheirPage() {
        // Given
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

        // When
        new TokenizerMetrics(registry).progress(reached("demo", State.RUNNING, 1));

        // Then
        assertThat(MeterTable.scraped(registry.scrape()))
                .containsExactlyElementsOf(MeterTable.documented(PAGE, "tokenizer-service"));
    }

    private static double value(MeterRegistry registry, String name, String run) {
        return registry.get("lexicographer." + name).tag("run", run).gauge().value();
    }

    private static RunProgress reached(String run, State state, long blocks) {
        return new RunProgress(
                run,
                new TokenizerProgress(blocks, blocks, blocks, 0, 1, DatasetAccount.EMPTY),
                state,
                Optional.empty());
    }
}
