package org.lexicographer.trainer.service.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;

class RunMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final RunMetrics metrics = new RunMetrics(registry, () -> now);

    private void said(String run, State state) {
        RunProgress said = RunProgress.ofRun(run, state, Optional.empty());
        metrics.said(said.key(), Optional.of(said), now);
    }

    private List<String> failed() {
        return registry.getMeters().stream().map(meter -> meter.getId().getTag("run")).toList();
    }

    @Test
    void showsARunThatFailedUntilItGoesOn() {
        said("first", State.FAILED);
        said("second", State.FAILED);
        said("third", State.ENDED);
        assertThat(failed()).containsExactlyInAnyOrder("first", "second");

        said("first", State.RUNNING);
        assertThat(failed()).containsExactly("second");

        metrics.said("second/run", Optional.empty(), now);
        assertThat(failed()).isEmpty();
    }

    @Test
    void forgetsWhatFailedLongAgo() {
        said("first", State.FAILED);

        now = now.plus(RunMetrics.LATELY).plus(Duration.ofSeconds(1));
        assertThat(registry.get("lexicographer.run.failed").gauge().value()).isZero();

        said("second", State.RUNNING);
        assertThat(failed()).isEmpty();
    }
}
