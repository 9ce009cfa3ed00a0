package org.lexicographer.benchmark.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainerWaitingTest {

    private static final String PAGE =
            """
            # TYPE lexicographer_dictionaries_waiting_seconds_total counter
            lexicographer_dictionaries_waiting_seconds_total{run="a",site="embed",} %s
            lexicographer_dictionaries_training_seconds_total{run="a",site="embed",} %s
            """;

    @Test
    void theLastLookAtEachJobCounts() {
        TrainerWaiting waiting = new TrainerWaiting();
        assertThat(waiting.share()).isNaN();

        waiting.take(PAGE.formatted("5.0", "10.0"));
        waiting.take(PAGE.formatted("6.0", "40.0") + PAGE.replace("embed", "b").formatted(0, 60));
        waiting.take("");

        assertThat(waiting.share()).isEqualTo(0.06);
    }
}
