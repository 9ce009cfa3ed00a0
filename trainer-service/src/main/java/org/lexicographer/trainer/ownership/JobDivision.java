package org.lexicographer.trainer.ownership;

import java.util.List;
import java.util.Set;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

/**
 * What jobs are shared out by. Every replica says what it promises; one of them, the group's
 * leader, is asked what there is to do, and told what came out. All calls come from the thread of
 * {@link JobOwnership}.
 */
public interface JobDivision {

    /** Returns what this replica promises to jobs. */
    MemoryAmount budget();

    /**
     * Looks up what jobs want owners. It does not fail: what cannot be looked up is unknown.
     *
     * @param runs those that have activation topics
     * @param owned the jobs that members of the group own
     */
    Demands demands(Set<String> runs, Set<JobId> owned);

    /** Tells the leader what it has decided, before others know of it. */
    void planned(Plan plan);

    /** Tells a replica that another one leads the group. */
    void follows();

    /**
     * What there is to do.
     *
     * @param runs those that want owners
     * @param unknown those of which that is not known now: their jobs stay where they are
     */
    record Demands(List<RunDemand> runs, Set<String> unknown) {

        public Demands {
            runs = List.copyOf(runs);
            unknown = Set.copyOf(unknown);
        }
    }
}
