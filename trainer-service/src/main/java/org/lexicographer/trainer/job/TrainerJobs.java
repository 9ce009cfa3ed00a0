package org.lexicographer.trainer.job;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.ownership.JobOwnership;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs that this replica owns, each in a thread of its own. Everything here happens in the
 * thread of {@link JobOwnership}, except for what other threads ask for.
 */
final class TrainerJobs implements JobOwnership.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerJobs.class);

    /** How often a job may crash in a row, at the same block, before its run has failed. */
    private static final int MOST_CRASHES = 5;

    private final JobContext context;
    private final Set<JobId> owned = new HashSet<>();
    private final Map<JobId, Running> running = new HashMap<>();
    private final Map<JobId, Crashes> crashes = new HashMap<>();
    private final Set<JobId> due = new LinkedHashSet<>();
    private final Map<String, RunFailure> unrecorded = new LinkedHashMap<>();
    private final ConcurrentLinkedQueue<String> awakened = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<RunFailure> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> withdrawn = new ConcurrentLinkedQueue<>();

    private record Running(TrainerJob job, Thread thread, long startedAt) {

        Optional<RunFailure> failure() {
            return thread.isAlive() ? Optional.empty() : job.failure();
        }

        boolean hasCrashed() {
            return !thread.isAlive() && job.crash().isPresent();
        }

        boolean wasLost() {
            return !thread.isAlive() && job.wasLost();
        }

        boolean mayRestart(Duration pause) {
            return System.nanoTime() - startedAt > pause.toNanos();
        }
    }

    /** How often a job crashed in a row without taking a further block. */
    private record Crashes(long reached, int inARow) {

        Crashes plus(Crashes next) {
            return next.reached > reached ? next : new Crashes(reached, inARow + next.inARow);
        }
    }

    TrainerJobs(JobContext context) {
        this.context = context;
    }

    /** Says, from any thread, that a run may have to be worked on. */
    void awaken(String run) {
        awakened.add(run);
    }

    /** Says, from any thread, that a run has failed: its jobs save a checkpoint and end. */
    void fail(RunFailure failure) {
        failures.add(failure);
    }

    /** Says, from any thread, that a run is not wanted any more. */
    void withdraw(String run) {
        withdrawn.add(run);
    }

    @Override
    public void gained(Set<JobId> jobs) {
        owned.addAll(jobs);
        due.addAll(jobs);
    }

    @Override
    public void tick() {
        for (String run = awakened.poll(); run != null; run = awakened.poll()) {
            awakenAll(run);
        }
        running.values().forEach(job -> job.failure().ifPresent(failures::add));
        for (RunFailure failed = failures.poll(); failed != null; failed = failures.poll()) {
            stopAll(failed.run());
            unrecorded.putIfAbsent(failed.run(), failed);
        }
        for (String run = withdrawn.poll(); run != null; run = withdrawn.poll()) {
            abandonAll(run);
        }
        running.values()
                .removeIf(job -> !job.thread().isAlive() && !job.hasCrashed() && !job.wasLost());
        takeBack();
        running.entrySet().stream()
                .filter(job -> job.getValue().hasCrashed())
                .filter(job -> job.getValue().mayRestart(context.restartPause()))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::restart);
        useStore();
    }

    /**
     * A job that is still this replica's after the group has had time to give it away was not taken
     * by anyone: the answer to its own write had been lost.
     */
    private void takeBack() {
        List<JobId> lost =
                running.entrySet().stream()
                        .filter(job -> job.getValue().wasLost())
                        .filter(job -> job.getValue().job().wasLostFor(context.restartPause()))
                        .map(Map.Entry::getKey)
                        .toList();
        lost.forEach(running::remove);
        lost.stream().filter(owned::contains).forEach(due::add);
    }

    /** What a store that is away does not let happen now is tried again. */
    private void useStore() {
        try {
            unrecorded.values().removeIf(this::record);
            due.removeIf(this::start);
        } catch (ObjectStoreException e) {
            LOG.warn("store is away, tried again: reason={}", e.getMessage());
        }
    }

    private boolean record(RunFailure failure) {
        context.ends().fail(failure);
        return true;
    }

    private void restart(JobId id) {
        Running crashed = running.remove(id);
        long reached = crashed.job().nextSequence();
        Crashes count = crashes.merge(id, new Crashes(reached, 1), Crashes::plus);
        if (count.inARow() == MOST_CRASHES) {
            crashes.remove(id);
            failures.add(crashed.job().giveUp(crashed.job().crash().orElseThrow()));
        } else {
            due.add(id);
        }
    }

    private void awakenAll(String run) {
        owned.stream().filter(id -> id.run().equals(run)).forEach(due::add);
    }

    private void stopAll(String run) {
        running.forEach(
                (id, job) -> {
                    if (id.run().equals(run)) {
                        job.job().stop();
                    }
                });
    }

    private void abandonAll(String run) {
        running.forEach(
                (id, job) -> {
                    if (id.run().equals(run)) {
                        job.job().abandon();
                    }
                });
    }

    /**
     * Starts a job unless it is at work; tells whether that is settled. A job that is about to end
     * is waited for: whoever awakens its run then wants it to continue.
     */
    private boolean start(JobId id) {
        Running before = running.get(id);
        if (before != null && before.thread().isAlive()) {
            return !before.job().isStopping();
        }
        spec(id).ifPresent(spec -> start(id, spec));
        return true;
    }

    private void start(JobId id, RunSpec spec) {
        TrainerJob job = new TrainerJob(context, spec, id.site());
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("trainer-" + id.run() + "-" + id.site())
                        .start(job);
        running.put(id, new Running(job, thread, System.nanoTime()));
    }

    /** A topic whose run is unknown, has ended, or only reconstructs at the site is no job. */
    private Optional<RunSpec> spec(JobId id) {
        try {
            RunSpec spec = RunSpec.read(context.objects().bytes(ObjectKeys.runSpec(id.run())));
            boolean isJob = spec.sites().contains(id.site());
            return isJob && context.ends().find(id.run()).isEmpty()
                    ? Optional.of(spec)
                    : Optional.empty();
        } catch (ObjectNotFoundException | InvalidFieldsException e) {
            LOG.warn(
                    "activation topic without a usable run: run={}, reason={}",
                    id.run(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void released(Set<JobId> jobs) {
        owned.removeAll(jobs);
        due.removeAll(jobs);
        jobs.forEach(id -> Optional.ofNullable(running.get(id)).ifPresent(r -> r.job().stop()));
        jobs.forEach(this::await);
    }

    @Override
    public void lost(Set<JobId> jobs) {
        owned.removeAll(jobs);
        due.removeAll(jobs);
        jobs.forEach(id -> Optional.ofNullable(running.get(id)).ifPresent(r -> r.job().abandon()));
        jobs.forEach(this::await);
    }

    private void await(JobId id) {
        Running job = running.remove(id);
        if (job == null) {
            return;
        }
        try {
            if (!job.thread().join(Duration.ofMinutes(2))) {
                LOG.error("job does not stop: job={}", id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
