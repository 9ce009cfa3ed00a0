package org.lexicographer.trainer.ownership;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.lexicographer.pipeline.Site;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;

/**
 * The jobs of a run that want an owner.
 *
 * @param run the run
 * @param place its place in line: those with smaller numbers come first
 * @param alone whether no other run may be on the replicas that work on it, because its jobs were
 *     killed where memory was short and are tried by themselves
 * @param jobs what each job needs, by site; those that have ended are not among them
 */
public record RunDemand(String run, long place, boolean alone, Map<Site, JobNeed> jobs) {

    /** Those that are tried alone do not take long and come first, then who came first. */
    static final Comparator<RunDemand> ORDER =
            Comparator.comparing((RunDemand demand) -> !demand.alone)
                    .thenComparing(RunDemand::place)
                    .thenComparing(RunDemand::run);

    public RunDemand {
        requireNonNull(run, "run is null");
        jobs = Collections.unmodifiableMap(new TreeMap<>(jobs));
    }

    /** Returns what all jobs need together of replicas that promise a budget together. */
    public MemoryAmount needs(MemoryAmount budget) {
        return jobs.values().stream()
                .map(need -> need.in(budget))
                .reduce(MemoryAmount.NONE, MemoryAmount::plus);
    }
}
