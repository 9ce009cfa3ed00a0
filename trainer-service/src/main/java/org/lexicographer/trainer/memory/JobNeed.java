package org.lexicographer.trainer.memory;

import static java.util.Objects.requireNonNull;

/**
 * What a job needs. On a GPU weights and what steps work with are in its memory, and not in the
 * process's; replicas of both kinds may be in one group.
 *
 * @param onCpu of a replica that steps on the CPU
 * @param onGpu of one that steps on a GPU
 */
public record JobNeed(MemoryAmount onCpu, MemoryAmount onGpu) {

    /** Needs nothing anywhere. */
    public static final JobNeed NONE = anywhere(MemoryAmount.NONE);

    public JobNeed {
        requireNonNull(onCpu, "onCpu is null");
        requireNonNull(onGpu, "onGpu is null");
    }

    /** Returns a need that is the same on every replica. */
    public static JobNeed anywhere(MemoryAmount need) {
        return new JobNeed(need, need);
    }

    /** Returns what is needed of a replica, or of several, that promise a budget. */
    public MemoryAmount in(MemoryAmount budget) {
        return budget.hasDevice() ? onGpu : onCpu;
    }
}
