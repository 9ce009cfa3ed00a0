package org.lexicographer.trainer.admission;

import java.util.Map;
import java.util.TreeMap;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

/**
 * What this replica has promised to the jobs that are at work in it. Who shares jobs out keeps to
 * budgets; this sees to it that a job that has not ended yet, or a member that does not know
 * budgets, takes no replica beyond its own.
 */
final class Reservations {

    private final MemoryAmount budget;
    private final Map<JobId, Reservation> taken = new TreeMap<>();

    private record Reservation(MemoryAmount need, boolean alone) {}

    Reservations(MemoryAmount budget) {
        this.budget = budget;
    }

    /**
     * Takes memory for a job, where there is room.
     *
     * @param alone whether no other run may be at work here
     * @return whether it was taken
     */
    synchronized boolean take(JobId job, MemoryAmount need, boolean alone) {
        boolean others =
                taken.entrySet().stream()
                        .filter(other -> !other.getKey().run().equals(job.run()))
                        .anyMatch(other -> alone || other.getValue().alone());
        MemoryAmount rest = taken().minus(takenBy(job));
        if (others || !rest.plus(need).fitsInto(budget)) {
            return false;
        }
        taken.put(job, new Reservation(need, alone));
        return true;
    }

    private MemoryAmount takenBy(JobId job) {
        Reservation own = taken.get(job);
        return own == null ? MemoryAmount.NONE : own.need();
    }

    /** Gives back what a job had, if it had anything. */
    synchronized void give(JobId job) {
        taken.remove(job);
    }

    /** Returns how many jobs have memory. */
    synchronized int jobs() {
        return taken.size();
    }

    /** Returns what all jobs have. */
    synchronized MemoryAmount taken() {
        return taken.values().stream()
                .map(Reservation::need)
                .reduce(MemoryAmount.NONE, MemoryAmount::plus);
    }
}
