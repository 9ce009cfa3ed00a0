package org.lexicographer.activation.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTest {

    private long nanos;
    private final Outage outage = new Outage(Duration.ofMinutes(60), () -> nanos);

    private boolean mayPassAfter(int minutes) {
        outage.attempts();
        nanos += Duration.ofMinutes(minutes).toNanos();
        return outage.mayPass();
    }

    @Test
    void anOutageMayPassUntilItHasLastedTooLong() {
        assertThat(mayPassAfter(1)).isTrue();
        assertThat(mayPassAfter(25)).isTrue();
        assertThat(mayPassAfter(25)).isTrue();
        assertThat(mayPassAfter(10)).isFalse();
    }

    @Test
    void whoeverHasWorkedForAWhileHadNoOutage() {
        assertThat(mayPassAfter(1)).isTrue();
        assertThat(mayPassAfter(29)).isTrue();
        assertThat(mayPassAfter(300)).isTrue();
        assertThat(mayPassAfter(29)).isTrue();
    }
}
