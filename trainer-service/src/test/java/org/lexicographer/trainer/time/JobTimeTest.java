package org.lexicographer.trainer.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JobTimeTest {

    private final AtomicLong now = new AtomicLong(1_000);
    private final JobTime time = new JobTime(now::get);

    @Test
    void theFirstFillingIsNoWaiting() {
        // When
        now.addAndGet(seconds(60).toNanos());

        // Then
        assertThat(time.take(0, seconds(59)))
                .isEqualTo(new JobFigures(0, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void timeAndWaitingAreThoseSinceTheLastFigures() {
        // Given
        time.stepped(seconds(59));

        // When / Then
        now.addAndGet(seconds(10).toNanos());
        time.stepped(seconds(60));
        assertThat(time.take(0.75, seconds(61)))
                .isEqualTo(new JobFigures(0.75, seconds(10), seconds(2)));

        // When / Then
        now.addAndGet(seconds(5).toNanos());
        assertThat(time.take(0.5, seconds(61)))
                .isEqualTo(new JobFigures(0.5, seconds(5), Duration.ZERO));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
