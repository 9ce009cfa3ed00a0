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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.trainer.admission.Admission;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.ownership.JobOwnership;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;
import org.lexicographer.trainer.stream.JobSites;
import org.lexicographer.trainer.stream.JobTopics;
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

    /** How many runs that nobody owns are looked at in one go. */
    private static final int LOOKED_AT_ONCE = 16;

    /** How long others wait for a job that they are about to own, at least. */
    private static final Duration LEAST_TIME_TO_STOP = Duration.ofMinutes(2);

    private final JobContext context;
    private final Duration timeToStop;
    private final Set<JobId> owned = new HashSet<>();
    private final Map<JobId, Running> running = new HashMap<>();
    private final Map<JobId, Crashes> crashes = new HashMap<>();
    private final Set<JobId> due = new LinkedHashSet<>();
    private final Set<JobId> heldBack = new HashSet<>();
    private final Map<JobId, Running> stuck = new HashMap<>();
    private final Set<String> changed = new HashSet<>();
    private final Set<String> unowned = new LinkedHashSet<>();
    private final Map<String, RunFailure> unrecorded = new LinkedHashMap<>();
    private final ConcurrentLinkedQueue<String> awakened = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<RunFailure> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> withdrawn = new ConcurrentLinkedQueue<>();

    /**
     * A job and the thread that it is called in.
     *
     * @param worker yields how the job ended
     * @param startedAt when it started, as {@link System#nanoTime} counts
     */
    private record Running(TrainerJob job, FutureTask<Outcome> worker, long startedAt) {

        static Running start(TrainerJob job, String name) {
            FutureTask<Outcome> worker = new FutureTask<>(job);
            Thread.ofPlatform().daemon().name(name).start(worker);
            return new Running(job, worker, System.nanoTime());
        }

        boolean isAtWork() {
            return !worker.isDone();
        }

        /** Returns how the job ended, once it is not at work. */
        Outcome outcome() {
            return worker.state() == Future.State.SUCCESS
                    ? worker.resultNow()
                    : job.crashed(worker.exceptionNow());
        }
    }

    /** How often a job crashed in a row without taking a further block. */
    private record Crashes(long reached, int inARow) {

        Crashes plus(Crashes next) {
            return next.reached > reached ? next : new Crashes(reached, inARow + next.inARow);
        }
    }

    /**
     * Owns no jobs yet.
     *
     * @param timeToLeave how long leaving waits for the checkpoints of the jobs
     */
    TrainerJobs(JobContext context, Duration timeToLeave) {
        this.context = context;
        this.timeToStop =
                timeToLeave.compareTo(LEAST_TIME_TO_STOP) > 0 ? timeToLeave : LEAST_TIME_TO_STOP;
    }

    /** Returns how long letting go of jobs waits for them at most. */
    Duration timeToStop() {
        return timeToStop;
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
    public Set<String> tick() {
        for (String run = awakened.poll(); run != null; run = awakened.poll()) {
            awakenAll(run);
        }
        settleEnded();
        for (RunFailure failed = failures.poll(); failed != null; failed = failures.poll()) {
            forAll(failed.run(), TrainerJob::stop);
            unrecorded.putIfAbsent(failed.run(), failed);
        }
        for (String run = withdrawn.poll(); run != null; run = withdrawn.poll()) {
            forAll(run, TrainerJob::abandon);
        }
        useStore();
        Set<String> toShareOut = new HashSet<>(context.admission().tick());
        toShareOut.addAll(changed);
        changed.clear();
        return toShareOut;
    }

    private void settleEnded() {
        List<JobId> settled =
                running.entrySet().stream()
                        .filter(job -> !job.getValue().isAtWork())
                        .filter(job -> settle(job.getKey(), job.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        settled.forEach(this::forget);
        List<JobId> ended =
                stuck.entrySet().stream()
                        .filter(job -> !job.getValue().isAtWork())
                        .map(Map.Entry::getKey)
                        .toList();
        ended.forEach(stuck::remove);
        ended.forEach(this::leave);
    }

    private void forget(JobId id) {
        running.remove(id);
        leave(id);
    }

    private void leave(JobId id) {
        context.admission().end(id);
        context.output().left(id.run(), id.site());
    }

    /** Does what follows from how a job ended, if it is time to; tells whether it was. */
    private boolean settle(JobId id, Running ended) {
        return switch (ended.outcome()) {
            case Outcome.Finished() -> {
                changed.add(id.run());
                yield true;
            }
            case Outcome.Stopped() -> true;
            case Outcome.Failed(RunFailure failure) -> failures.add(failure);
            case Outcome.Crashed crashed -> {
                boolean isTime = hasPassedSince(ended.startedAt());
                if (isTime) {
                    startAgain(id, ended.job(), crashed);
                }
                yield isTime;
            }
            case Outcome.Lost(long at) -> {
                // A job that is still this replica's after the group has had time to give it away
                // was not taken by anyone: the answer to its own write had been lost.
                boolean isTime = hasPassedSince(at);
                if (isTime && owned.contains(id)) {
                    due.add(id);
                }
                yield isTime;
            }
        };
    }

    private boolean hasPassedSince(long nanos) {
        return System.nanoTime() - nanos > context.restartPause().toNanos();
    }

    private void startAgain(JobId id, TrainerJob job, Outcome.Crashed crashed) {
        Crashes crash = new Crashes(crashed.nextSequence(), 1);
        if (crashes.merge(id, crash, Crashes::plus).inARow() < MOST_CRASHES) {
            due.add(id);
        } else {
            crashes.remove(id);
            failures.add(job.giveUp(crashed.cause()).failure());
        }
    }

    /** Does what needs the store; while the store is away, it is tried again at each tick. */
    private void useStore() {
        try {
            unrecorded.values().removeIf(this::record);
            due.removeIf(this::start);
            List<String> some = unowned.stream().limit(LOOKED_AT_ONCE).toList();
            some.forEach(this::ensureTopics);
            unowned.removeAll(some);
        } catch (ObjectStoreException e) {
            LOG.warn("store is away, tried again: reason={}", e.getMessage());
        } catch (KafkaException e) {
            LOG.warn("brokers are away, tried again: reason={}", e.getMessage());
        }
    }

    /**
     * Where training had begun and its topics are lost, whoever owns them finds that out and says
     * it; so they have to be there. Where it had not, extraction makes them.
     */
    private void ensureTopics(String run) {
        if (context.ends().find(run).isPresent()) {
            return;
        }
        StoredRuns runs = new StoredRuns(context.objects());
        for (RunSpec spec : runs.find(run).stream().toList()) {
            spec.sites().stream()
                    .filter(site -> hasBegun(spec, site))
                    .map(site -> new JobTopics(context.topics(), spec, JobSites.of(spec, site)))
                    .forEach(JobTopics::ensure);
        }
    }

    private boolean hasBegun(RunSpec spec, Site site) {
        CheckpointManifest job = CheckpointStore.peek(context.objects(), spec.run(), site);
        return !job.checkpoints().isEmpty() && !job.isFinished(spec.training().steps());
    }

    private boolean record(RunFailure failure) {
        context.ends().fail(failure);
        changed.add(failure.run());
        return true;
    }

    /** What nobody owns, as the run had ended, has to be given to somebody. */
    private void awakenAll(String run) {
        List<JobId> ofRun = owned.stream().filter(id -> id.run().equals(run)).toList();
        due.addAll(ofRun);
        if (ofRun.isEmpty()) {
            changed.add(run);
            unowned.add(run);
        }
    }

    private void forAll(String run, Consumer<TrainerJob> order) {
        running.forEach(
                (id, job) -> {
                    if (id.run().equals(run)) {
                        order.accept(job.job());
                    }
                });
    }

    /**
     * Starts a job unless it is at work; tells whether that is settled. A job that is about to end
     * is waited for, and then started again: its run was awakened to continue.
     */
    private boolean start(JobId id) {
        Running before = running.get(id);
        if (before != null && before.isAtWork()) {
            return !before.job().isStopping();
        }
        Optional<RunSpec> spec = spec(id);
        return spec.isEmpty() || start(id, spec.get());
    }

    private boolean start(JobId id, RunSpec spec) {
        TrainerJob job = new TrainerJob(context, spec, id.site());
        return switch (context.admission().begin(spec, id.site())) {
            case Admission.Answer.Begin() -> {
                heldBack.remove(id);
                running.put(id, Running.start(job, "trainer-" + id.run() + "-" + id.site()));
                yield true;
            }
            case Admission.Answer.Wait() -> {
                if (heldBack.add(id)) {
                    LOG.info("job waits for memory of this replica: job={}", id);
                }
                yield false;
            }
            case Admission.Answer.GiveUp(String reason) ->
                    failures.add(job.giveUp(new IllegalStateException(reason)).failure());
        };
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
        letGo(jobs, TrainerJob::stop);
    }

    @Override
    public void lost(Set<JobId> jobs) {
        letGo(jobs, TrainerJob::abandon);
    }

    private void letGo(Set<JobId> jobs, Consumer<TrainerJob> order) {
        owned.removeAll(jobs);
        due.removeAll(jobs);
        heldBack.removeAll(jobs);
        jobs.forEach(
                id -> Optional.ofNullable(running.get(id)).ifPresent(r -> order.accept(r.job())));
        jobs.forEach(this::await);
    }

    private void await(JobId id) {
        Running job = running.remove(id);
        if (job == null) {
            // It may have been about to start.
            context.admission().end(id);
            return;
        }
        try {
            job.worker().get(timeToStop.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.error("job does not stop: job={}", id);
            stuck.put(id, job);
            return;
        } catch (ExecutionException e) {
            LOG.error("job crashed: job={}", id, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        leave(id);
    }
}
