package org.lexicographer.runtime.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.stored.Removal;

class RetentionScheduleTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void whatIsRemovedIsCountedAlthoughAnotherSweepFails() {
        Removal removal = new Removal("checkpoints", Instant.EPOCH, 3, 4096);
        try (RetentionSchedule schedule =
                new RetentionSchedule(
                        List.of(
                                () -> {
                                    throw new IllegalStateException("store away");
                                },
                                () -> List.of(removal, removal)),
                        Duration.ofHours(1),
                        registry)) {
            schedule.sweep();

            assertThat(schedule.isWell()).isTrue();
        }
        assertThat(
                        registry.get("lexicographer.retention.objects")
                                .tag("part", "checkpoints")
                                .counter()
                                .count())
                .isEqualTo(6);
        assertThat(
                        registry.get("lexicographer.retention")
                                .tag("part", "checkpoints")
                                .counter()
                                .count())
                .isEqualTo(8192);
    }
}
