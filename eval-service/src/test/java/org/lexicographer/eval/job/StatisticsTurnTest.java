package org.lexicographer.eval.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StatisticsTurnTest {

    private static final Duration LONGEST = Duration.ofMinutes(15);

    private Instant now = Instant.EPOCH;
    private boolean evaluating = true;
    private final StatisticsTurn turn = new StatisticsTurn(() -> evaluating, LONGEST, () -> now);

    private boolean after(Duration passed) {
        now = now.plus(passed);
        return turn.hasCome();
    }

    @Test
    void statisticsWaitWhileTheReplicaEvaluates() {
        boolean first = turn.hasCome();
        boolean later = after(LONGEST.minusMillis(1));
        evaluating = false;

        assertThat(first).isFalse();
        assertThat(later).isFalse();
        assertThat(turn.hasCome()).isTrue();
    }

    @Test
    void evaluationsThatDoNotPauseAreNotWaitedForForEver() {
        turn.hasCome();

        assertThat(after(LONGEST)).isTrue();
        assertThat(after(Duration.ofHours(1))).isTrue();
    }

    @Test
    void afterAPauseTheWaitBeginsAnew() {
        turn.hasCome();
        evaluating = false;
        after(Duration.ofMinutes(10));
        evaluating = true;

        assertThat(after(Duration.ofMinutes(10))).isFalse();
        assertThat(after(LONGEST)).isTrue();
    }
}
