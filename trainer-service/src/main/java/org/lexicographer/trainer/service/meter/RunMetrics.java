package org.lexicographer.trainer.service.meter;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.WholeRun;
import org.lexicographer.runtime.meter.JobMeters;
import org.lexicographer.runtime.meter.MeterName;

/**
 * Which runs have failed lately, as the topic {@code run-progress} says: a meter each, for a day or
 * until the run goes on or is removed. Every replica shows the same.
 */
public final class RunMetrics {

    static final Duration LATELY = Duration.ofDays(1);

    private static final MeterName FAILED =
            new MeterName("run.failed", "1 for a run that has failed within the last day.");

    private final JobMeters meters;
    private final InstantSource clock;
    private final Map<String, Instant> failed = new ConcurrentHashMap<>();

    /** Shows no runs yet. */
    public RunMetrics(MeterRegistry registry, InstantSource clock) {
        this.meters = new JobMeters(registry);
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * Takes what was said.
     *
     * @param key run and part
     * @param progress empty where the part is to be forgotten
     * @param at when it was said
     */
    public void said(String key, Optional<RunProgress> progress, Instant at) {
        forgetOld();
        if (key == null || !key.endsWith("/" + new WholeRun().part())) {
            return;
        }
        String run = key.substring(0, key.indexOf('/'));
        if (progress.filter(it -> it.state() == State.FAILED).isPresent()) {
            failed.put(run, at);
            meters.show(FAILED, Tags.of("run", run), () -> isRecent(run) ? 1 : 0);
            forgetOld();
        } else {
            forget(run);
        }
    }

    private boolean isRecent(String run) {
        return failed.getOrDefault(run, Instant.MIN).plus(LATELY).isAfter(clock.instant());
    }

    private void forgetOld() {
        failed.keySet().stream().filter(run -> !isRecent(run)).forEach(this::forget);
    }

    private void forget(String run) {
        if (failed.remove(run) != null) {
            meters.left(Tags.of("run", run));
        }
    }
}
