package org.lexicographer.trainer.service.meter;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.trainer.admission.Admission;

/** What of this replica is seen from outside: its jobs' meters, those of runs, and traces. */
@Singleton
public final class Observation {

    private final MeterRegistry registry;
    private final TrainerMetrics jobs;
    private final RunMetrics runs;
    private final Tracing tracing;

    public Observation(MeterRegistry registry, Tracing tracing) {
        this.registry = registry;
        this.jobs = new TrainerMetrics(registry);
        this.runs = new RunMetrics(registry, InstantSource.system());
        this.tracing = tracing;
    }

    /** Shows what an admission says from now on, once there is one. */
    public void admission(Supplier<Optional<Admission>> admission) {
        new AdmissionMeters(registry, admission);
        jobs.owned(() -> admission.get().map(Admission::jobs).orElse(0));
    }

    /** Returns the meters of jobs. */
    public TrainerMetrics jobs() {
        return jobs;
    }

    /** Returns the meters of runs. */
    public RunMetrics runs() {
        return runs;
    }

    /** Returns what traces blocks. */
    public Tracing tracing() {
        return tracing;
    }
}
