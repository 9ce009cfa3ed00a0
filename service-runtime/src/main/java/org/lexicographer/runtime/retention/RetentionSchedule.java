package org.lexicographer.runtime.retention;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.runtime.health.Worker;
import org.lexicographer.runtime.meter.CommonMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what was kept long enough, time and again, on a thread of its own, and counts it. What an
 * outage prevents is found again the next time.
 */
public final class RetentionSchedule implements Worker, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);

    private final List<Supplier<List<Removal>>> sweeps;
    private final Duration check;
    private final CommonMeters meters;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("retention").factory());
    private volatile boolean well = true;

    /**
     * Creates the schedule.
     *
     * @param sweeps each removes what is due, and returns what it has removed
     * @param check how long to wait before looking again
     */
    public RetentionSchedule(
            List<Supplier<List<Removal>>> sweeps, Duration check, MeterRegistry registry) {
        this.sweeps = List.copyOf(sweeps);
        this.check = requireNonNull(check, "check is null");
        this.meters = new CommonMeters(registry);
    }

    /** Begins, unless nothing is ever to be removed. */
    public void start() {
        if (!sweeps.isEmpty()) {
            thread.scheduleWithFixedDelay(
                    this::sweep, check.toMillis(), check.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Removes what is due now. */
    void sweep() {
        for (Supplier<List<Removal>> sweep : sweeps) {
            try {
                sweep.get().forEach(meters::removed);
            } catch (RuntimeException e) {
                // Nothing may end the schedule; what is due is found again.
                LOG.warn("retention put off", e);
            } catch (Error e) {
                LOG.error("retention ends until a restart", e);
                well = false;
                throw e;
            }
        }
    }

    @Override
    public String name() {
        return "retention";
    }

    @Override
    public boolean isWell() {
        return well || thread.isShutdown();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
