package org.lexicographer.allinone.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    /** What the class promises. */
    private static final Percentage ONE_PERCENT = Percentage.withPercentage(1);

    @Test
    void saysWithinWhichTimeAShareCame() {
        Latencies latencies = new Latencies();

        IntStream.rangeClosed(1, 100).forEach(n -> latencies.add(Duration.ofMillis(n)));

        assertThat(latencies.millis(0.5)).isCloseTo(50, ONE_PERCENT);
        assertThat(latencies.millis(0.99)).isCloseTo(99, ONE_PERCENT);
        assertThat(latencies.millis(1)).isCloseTo(100, ONE_PERCENT);
    }

    @Test
    void takesTimesBeyondItsRangeForItsEnds() {
        Latencies latencies = new Latencies();

        latencies.add(Duration.ZERO);
        latencies.add(Duration.ofDays(1));

        assertThat(latencies.millis(0.5)).isCloseTo(0.001, ONE_PERCENT);
        assertThat(latencies.millis(1)).isCloseTo(Duration.ofHours(1).toMillis(), ONE_PERCENT);
    }

    @Test
    void ofNothingIsNothing() {
        assertThat(new Latencies().millis(0.99)).isZero();
    }
}
