package org.lexicographer.runtime.meter;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.lexicographer.objectstore.retry.RetryClock;
import org.lexicographer.runtime.meter.CommonMeters.Retried;

/** What repetitions of requests to the object store wait by; each wait is counted. */
@Singleton
final class CountedRetries implements RetryClock {

    private final RetryClock clock = RetryClock.system();
    private final CommonMeters meters;

    CountedRetries(MeterRegistry registry) {
        meters = new CommonMeters(registry);
    }

    @Override
    public Duration now() {
        return clock.now();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        meters.retried(Retried.REQUEST);
        clock.sleep(pause);
    }
}
