package org.lexicographer.trainer.admission;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

/**
 * Marks of jobs that are at work while the memory of their process is short. A process that is
 * killed for its memory can say nothing any more; so it says it before, and takes it back when the
 * job ends in whatever other way, or has got through: a mark that is found of a job that nobody
 * works on was left by a process that was killed with its memory nearly full. A process that was
 * killed with memory to spare has left none.
 */
final class ShortMemory {

    private final ObjectStore objects;
    private final int mostKills;

    /**
     * Keeps marks in a store.
     *
     * @param mostKills how often a job may be killed in a row while its run is alone
     */
    ShortMemory(ObjectStore objects, int mostKills) {
        this.objects = requireNonNull(objects, "objects is null");
        this.mostKills = mostKills;
    }

    /** Since when a mark is there. */
    enum Since {
        /** Memory became short while the job was at work. */
        SHORT,
        /** The job was begun once more, with its run alone on the replica. */
        TRIED_ALONE,
        /** Such a trial has ended in good order, without an answer. */
        PUT_OFF
    }

    /**
     * What is stored of a job.
     *
     * @param since what has happened to it
     * @param alone whether its run is or was alone on the replica
     * @param killedAlone how often it was killed in a row while its run was alone
     * @param used bytes that the process had in use when memory was last short
     * @param limit bytes that it might take
     */
    record Mark(Since since, boolean alone, int killedAlone, long used, long limit) {

        Mark {
            requireNonNull(since, "since is null");
        }

        /** Returns how often the job was killed alone, if nobody works on it now. */
        int kills() {
            return killedAlone + (alone && since != Since.PUT_OFF ? 1 : 0);
        }
    }

    /** Returns a job's mark. */
    Optional<Mark> find(JobId job) {
        try {
            return Optional.of(Json.read(objects.bytes(key(job)), Mark.class));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Tells whether a mark says that a job has been killed so often that it is given up. */
    boolean isHopeless(Mark mark) {
        return mark.kills() >= mostKills;
    }

    /** Marks a job that is at work. */
    void isShort(JobId job, boolean alone, long used, long limit) {
        put(job, new Mark(Since.SHORT, alone, 0, used, limit));
    }

    /** Marks a job that is begun once more after it was killed. */
    void tried(JobId job, Mark found) {
        put(job, new Mark(Since.TRIED_ALONE, true, found.kills(), found.used(), found.limit()));
    }

    /** Marks a job whose trial has ended without an answer. */
    void putOff(JobId job) {
        find(job)
                .ifPresent(
                        it ->
                                put(
                                        job,
                                        new Mark(
                                                Since.PUT_OFF,
                                                true,
                                                it.killedAlone(),
                                                it.used(),
                                                it.limit())));
    }

    /** Takes a job's mark back. */
    void clear(JobId job) {
        objects.delete(key(job));
    }

    private void put(JobId job, Mark mark) {
        objects.put(key(job), Json.write(mark));
    }

    private static String key(JobId job) {
        return ObjectKeys.shortOfMemory(job.run(), job.site());
    }
}
