package org.lexicographer.trainer.ownership;

import java.util.List;
import java.util.Map;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

/**
 * Who is to own which jobs.
 *
 * @param owners members of the group by job
 * @param waiting the runs none of whose jobs has an owner, in their order
 */
public record Plan(Map<JobId, String> owners, List<Waiting> waiting) {

    /** There is nothing to own. */
    public static final Plan NONE = new Plan(Map.of(), List.of());

    public Plan {
        owners = Map.copyOf(owners);
        waiting = List.copyOf(waiting);
    }

    /**
     * A run that waits for memory.
     *
     * @param run what it needs
     * @param free what was left for it of all replicas together, in pieces that were too small
     * @param budget what all replicas promise together
     * @param replicas how many there are
     * @param lack what it lacks
     */
    public record Waiting(
            RunDemand run, MemoryAmount free, MemoryAmount budget, int replicas, Lack lack) {}

    /** What a run that waits lacks. */
    public enum Lack {
        /** Other runs have what it needs. */
        TURN,
        /** All replicas together are too small for it, or too few. */
        REPLICAS,
        /** One of its jobs is larger than any replica: more of the same do not help. */
        LARGER_REPLICA
    }
}
