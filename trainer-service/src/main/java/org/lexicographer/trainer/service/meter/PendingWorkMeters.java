package org.lexicographer.trainer.service.meter;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.Set;
import org.lexicographer.runtime.meter.JobMeters;
import org.lexicographer.runtime.meter.MeterName;
import org.lexicographer.trainer.pending.PendingWork;

/** The meters by which services are scaled. For use by one thread. */
public final class PendingWorkMeters {

    private static final MeterName UNOWNED =
            new MeterName(
                    "jobs.unowned",
                    "Jobs of runs at work that no replica of trainer-service owns.");
    private static final MeterName EXTRACTION_LAG =
            new MeterName(
                    "extraction.lag",
                    "bytes",
                    "Bytes of token blocks that activation-service has yet to take of a run at"
                            + " work, at most 16 MiB for each of its partitions; 0 where trainers"
                            + " are the brake.");

    private final JobMeters meters;
    private final Set<String> runs = new HashSet<>();

    /** Shows nothing yet. */
    public PendingWorkMeters(MeterRegistry registry) {
        meters = new JobMeters(registry);
    }

    /** Shows what is pending; runs that are at work no more leave. */
    public void show(PendingWork pending) {
        meters.show(UNOWNED, Tags.empty(), pending.unownedJobs());
        pending.extractionLagBytes()
                .forEach((run, lag) -> meters.show(EXTRACTION_LAG, Tags.of("run", run), lag));
        runs.removeAll(pending.extractionLagBytes().keySet());
        runs.forEach(run -> meters.left(Tags.of("run", run)));
        runs.clear();
        runs.addAll(pending.extractionLagBytes().keySet());
    }
}
