package org.lexicographer.trainer.sizing;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.function.ToIntFunction;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.stream.JobSites;

/**
 * What the jobs of a run are reckoned to need.
 *
 * @param spec the run
 * @param widths of the activations at each site that the run observes
 * @param threads of a trainer-service
 */
public record JobMemory(RunSpec spec, ToIntFunction<Site> widths, int threads) {

    /** A run with learned sparsity starts with half of its latents active, or somewhat more. */
    private static final double ACTIVE_AT_START = 9.0 / 16;

    public JobMemory {
        requireNonNull(spec, "spec is null");
        requireNonNull(widths, "widths is null");
    }

    /** Estimates the job of a site on a CPU, at its start, when it needs most. */
    public MemoryEstimate of(Site site) {
        return MemoryEstimate.of(spec, site, dims(site), ACTIVE_AT_START, threads);
    }

    /** Estimates what the job of a site takes of a GPU, where it steps on one. */
    public DeviceMemory onDevice(Site site) {
        return DeviceMemory.of(spec, site, dims(site));
    }

    /** Returns what the job of a site needs. */
    public JobNeed need(Site site) {
        MemoryEstimate estimate = of(site);
        return new JobNeed(
                estimate.amount(),
                estimate.besideDevice().amount().withDevice(onDevice(site).total()));
    }

    private List<Integer> dims(Site site) {
        return JobSites.of(spec, site).all().stream().map(widths::applyAsInt).toList();
    }
}
