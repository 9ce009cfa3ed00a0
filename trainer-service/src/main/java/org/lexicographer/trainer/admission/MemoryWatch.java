package org.lexicographer.trainer.admission;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the memory of this process, and {@linkplain ShortMemory marks} the jobs at work as soon
 * as little of it is left. A thread of its own looks, ten times a second: who fills the last tenth
 * of gigabytes faster than that, or is killed below the limit, is not marked.
 */
final class MemoryWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    /** From this share of the limit on memory is short. */
    private static final double SHORT = 0.9;

    private final ReplicaMemory memory;
    private final ShortMemory marks;
    private final Map<JobId, Attempt> atWork = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** How far a job's attempt is. */
    private enum Attempt {
        /** Nothing is known against it. */
        UNMARKED,
        /** Memory has become short. */
        MARKED,
        /** It is tried alone. */
        TRIAL
    }

    MemoryWatch(ReplicaMemory memory, ShortMemory marks) {
        this.memory = memory;
        this.marks = marks;
    }

    /** Begins to watch. */
    MemoryWatch start() {
        Thread.ofPlatform().daemon().name("trainer-memory").start(this::run);
        return this;
    }

    private void run() {
        while (!closed) {
            look();
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Marks the jobs at work if memory is short now. */
    void look() {
        OptionalLong used = memory.used().get();
        if (used.isEmpty() || used.getAsLong() < SHORT * memory.limit()) {
            return;
        }
        boolean alone = atWork.keySet().stream().map(JobId::run).distinct().count() == 1;
        atWork.keySet().forEach(job -> mark(job, alone, used.getAsLong()));
    }

    private synchronized void mark(JobId job, boolean alone, long used) {
        if (atWork.replace(job, Attempt.UNMARKED, Attempt.MARKED)) {
            LOG.warn(
                    "memory is short: used={}, limit={}, run={}, site={}",
                    used,
                    memory.limit(),
                    job.run(),
                    job.site());
            tell(() -> marks.isShort(job, alone, used, memory.limit()));
        }
    }

    /**
     * Takes note that a job begins.
     *
     * @param trial whether it is tried alone
     */
    void begin(JobId job, boolean trial) {
        atWork.put(job, trial ? Attempt.TRIAL : Attempt.UNMARKED);
    }

    /** Tells whether a job is tried alone. */
    boolean isTrial(JobId job) {
        return atWork.get(job) == Attempt.TRIAL;
    }

    /** Takes note that a job has taken steps and saved them, with all that it needs for both. */
    synchronized void passed(JobId job) {
        Attempt before = atWork.replace(job, Attempt.UNMARKED);
        if (before != null && before != Attempt.UNMARKED) {
            tell(() -> marks.clear(job));
        }
    }

    /** Takes note that a job has ended in whatever way, and this process has not. */
    synchronized void end(JobId job) {
        Attempt before = atWork.remove(job);
        if (before == Attempt.MARKED) {
            tell(() -> marks.clear(job));
        } else if (before == Attempt.TRIAL) {
            tell(() -> marks.putOff(job));
        }
    }

    private static void tell(Runnable write) {
        try {
            write.run();
        } catch (ObjectStoreException e) {
            LOG.warn("shortage of memory not recorded: reason={}", e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
