package org.lexicographer.eval.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.lexicographer.eval.evaluator.EvaluationInterruptedException;
import org.lexicographer.eval.evaluator.Outcome;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.stage.EvaluationOutput;
import org.lexicographer.eval.stage.EvaluationStage;
import org.lexicographer.eval.stage.OutputFailedException;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.log.LogFields;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works through announced checkpoints on one thread. Those of one run that wait are evaluated
 * together, because they share the language model's passes. A job whose held-out contexts are not
 * complete yet, or that ran into an outage, is put off while the others are done; a job that can
 * never succeed, or whose outage lasts too long, is rejected. A job is settled once its evaluation
 * is stored and announced, and one that was evaluated before is only announced again.
 */
public final class EvaluationJobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluationJobs.class);

    private final EvaluationStage stage;
    private final EvaluationOutput output;
    private final Consumer<DictionaryCheckpoint> evaluated;
    private final InstantSource clock;
    private final Settings settings;
    private final JobProgress progress;
    private final EvaluationMeter meter;
    private final ScheduledThreadPoolExecutor worker;
    private final Queue<EvaluationJob> waiting = new ConcurrentLinkedQueue<>();
    private final Map<String, ScheduledFuture<?>> nextAttempts = new HashMap<>();
    private final Set<DictionaryCheckpoint> putOff = new HashSet<>();
    private final Map<DictionaryCheckpoint, Instant> outages = new HashMap<>();
    private final AtomicInteger due = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean well = true;

    /**
     * How jobs are treated.
     *
     * @param intermediate whether checkpoints that are not their run's last are evaluated
     * @param poll how long a job is put off whose held-out contexts are not complete
     * @param retry how long a job is put off that ran into an outage
     * @param outageLimit how long an outage may last before its job is given up
     * @param leaving how long closing waits for the batch that is being computed
     */
    public record Settings(
            boolean intermediate,
            Duration poll,
            Duration retry,
            Duration outageLimit,
            Duration leaving) {}

    /**
     * Begins with no jobs.
     *
     * @param evaluated is told of each final checkpoint, perhaps more than once, when its
     *     evaluation is announced, or will never be made, before its job is settled
     */
    public EvaluationJobs(
            EvaluationStage stage,
            EvaluationOutput output,
            Consumer<DictionaryCheckpoint> evaluated,
            Settings settings,
            InstantSource clock,
            EvaluationMeter meter) {
        this.stage = stage;
        this.output = output;
        this.evaluated = evaluated;
        this.settings = settings;
        this.clock = clock;
        this.progress = new JobProgress(output, clock);
        this.meter = meter;
        meter.jobs(open::get, waiting::size);
        worker =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("evaluation").factory());
        worker.setRemoveOnCancelPolicy(true);
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Adds a job; returns at once. */
    public void submit(EvaluationJob job) {
        String run = job.checkpoint().dictionary().run();
        waiting.add(job);
        open.incrementAndGet();
        due.incrementAndGet();
        worker.execute(() -> attemptDue(run));
    }

    /** Tells whether jobs are being done, or wait for nothing but the thread. */
    public boolean isAtWork() {
        return due.get() > 0;
    }

    /** Returns false when jobs were lost, which come again after a restart only. */
    public boolean isWell() {
        return well || worker.isShutdown();
    }

    private void attemptDue(String run) {
        try (LogFields _ = LogFields.ofRun(run)) {
            attempt(run);
        } catch (RuntimeException | Error e) {
            LOG.error("evaluation broke off, its jobs are lost until a restart: run={}", run, e);
            well = false;
            throw e;
        } finally {
            due.decrementAndGet();
        }
    }

    private void attemptAgain(String run) {
        due.incrementAndGet();
        attemptDue(run);
    }

    /** Attempts all jobs of a run that wait, those too that were put off. */
    private void attempt(String run) {
        Optional.ofNullable(nextAttempts.remove(run)).ifPresent(next -> next.cancel(false));
        List<EvaluationJob> unsettled = new ArrayList<>();
        each(
                waitingOf(run),
                job -> {
                    if (!isSettled(job)) {
                        unsettled.add(job);
                    }
                });
        if (unsettled.isEmpty()) {
            return;
        }
        try {
            evaluate(run, unsettled);
        } catch (RuntimeException e) {
            unsettled.forEach(job -> failed(job, e));
        }
    }

    private List<EvaluationJob> waitingOf(String run) {
        List<EvaluationJob> jobs =
                waiting.stream()
                        .filter(job -> job.checkpoint().dictionary().run().equals(run))
                        .toList();
        waiting.removeAll(jobs);
        return jobs;
    }

    private void each(List<EvaluationJob> jobs, Consumer<EvaluationJob> action) {
        for (EvaluationJob job : jobs) {
            DictionaryId dictionary = job.checkpoint().dictionary();
            try (LogFields _ = LogFields.ofRun(dictionary.run()).at(dictionary.site())) {
                action.accept(job);
            } catch (RuntimeException e) {
                failed(job, e);
            }
        }
    }

    private void settle(EvaluationJob job) {
        outages.remove(job.checkpoint());
        putOff.remove(job.checkpoint());
        job.settle();
        open.decrementAndGet();
    }

    private void failed(EvaluationJob job, RuntimeException e) {
        // Whatever an interrupted call throws says nothing about the dictionary.
        if (worker.isShutdown() || e instanceof EvaluationInterruptedException) {
            LOG.info("evaluation stopped: dictionary={}", job.checkpoint().dictionary());
        } else if (!isOutage(e)) {
            reject(job, e, reason(e));
        } else if (mayPass(job)) {
            retry(job, e);
        } else {
            reject(
                    job,
                    e,
                    "outage too long: limit=%s, reason=%s"
                            .formatted(settings.outageLimit(), reason(e)));
        }
    }

    private static String reason(RuntimeException e) {
        return Optional.ofNullable(e.getMessage()).orElseGet(e::toString);
    }

    private boolean mayPass(EvaluationJob job) {
        Instant now = clock.instant();
        Instant began = outages.computeIfAbsent(job.checkpoint(), first -> now);
        return now.isBefore(began.plus(settings.outageLimit()));
    }

    private static boolean isOutage(RuntimeException e) {
        return e instanceof OutputFailedException
                || e instanceof ModelOutageException
                || e instanceof RetryableObjectStoreException;
    }

    private boolean isSettled(EvaluationJob job) {
        DictionaryCheckpoint checkpoint = job.checkpoint();
        Optional<Evaluation> existing = stage.heldOutEvaluation(checkpoint);
        existing.ifPresent(evaluation -> announce(checkpoint, evaluation));
        boolean wanted = checkpoint.isFinal() || settings.intermediate();
        if (existing.isPresent() || !wanted) {
            settle(job);
            return true;
        }
        return false;
    }

    private void evaluate(String run, List<EvaluationJob> jobs) {
        switch (stage.readiness(run)) {
            case READY -> evaluateTogether(jobs);
            case NOT_YET ->
                    each(
                            jobs,
                            job -> {
                                outages.remove(job.checkpoint());
                                sayOnce(job.checkpoint(), "waits for the held-out contexts");
                                putOff(job, settings.poll());
                            });
            case NEVER ->
                    each(
                            jobs,
                            job -> {
                                String message = "the run ended without held-out contexts";
                                progress.changed(
                                        job.checkpoint().dictionary(), State.CANCELLED, message);
                                tell(job.checkpoint());
                                settle(job);
                            });
        }
    }

    private void evaluateTogether(List<EvaluationJob> jobs) {
        Set<DictionaryCheckpoint> checkpoints = new LinkedHashSet<>();
        jobs.forEach(job -> checkpoints.add(job.checkpoint()));
        Map<DictionaryCheckpoint, Outcome<Evaluation>> outcomes =
                meter.measured(() -> stage.evaluateHeldOut(checkpoints, progress::contextsDone));
        each(
                jobs,
                job -> {
                    announce(job.checkpoint(), outcomes.get(job.checkpoint()).orThrow());
                    settle(job);
                });
    }

    private void announce(DictionaryCheckpoint checkpoint, Evaluation evaluation) {
        output.evaluation(evaluation);
        tell(checkpoint);
        progress.ended(evaluation.dictionary(), evaluation.contexts());
        LOG.info("evaluated: evaluation={}", evaluation.key());
    }

    private void tell(DictionaryCheckpoint checkpoint) {
        if (checkpoint.isFinal()) {
            evaluated.accept(checkpoint);
        }
    }

    private void sayOnce(DictionaryCheckpoint checkpoint, String message) {
        if (putOff.add(checkpoint)) {
            progress.changed(checkpoint.dictionary(), State.WAITING, message);
        }
    }

    private void retry(EvaluationJob job, RuntimeException e) {
        meter.countOutage();
        LOG.warn("evaluation put off: dictionary={}", job.checkpoint().dictionary(), e);
        progress.changed(job.checkpoint().dictionary(), State.WAITING, e.getMessage());
        putOff(job, settings.retry());
    }

    private void reject(EvaluationJob job, RuntimeException e, String reason) {
        LOG.error(
                "evaluation not possible: dictionary={}, reason={}",
                job.checkpoint().dictionary(),
                reason,
                unexpected(e));
        progress.changed(job.checkpoint().dictionary(), State.FAILED, reason);
        try {
            tellUnlessAway(job);
            job.reject(reason);
            outages.remove(job.checkpoint());
            open.decrementAndGet();
        } catch (RuntimeException notSetAside) {
            if (isOutage(notSetAside) && mayPass(job)) {
                retry(job, notSetAside);
            } else {
                LOG.error(
                        "announcement not set aside, comes again at the next start: dictionary={}",
                        job.checkpoint().dictionary(),
                        notSetAside);
            }
        }
    }

    /** What was away for too long is not waited for again. */
    private void tellUnlessAway(EvaluationJob job) {
        try {
            tell(job.checkpoint());
        } catch (RuntimeException e) {
            if (isOutage(e) && mayPass(job)) {
                throw e;
            }
            LOG.warn("statistics not wanted: dictionary={}", job.checkpoint().dictionary(), e);
        }
    }

    /** What is known to be wrong with the input needs no stack trace. */
    private static RuntimeException unexpected(RuntimeException e) {
        return e instanceof UnusableInputException || e instanceof InvalidModelException ? null : e;
    }

    /** Jobs of a run that are put off wait for one attempt, the earliest. */
    private void putOff(EvaluationJob job, Duration pause) {
        if (!worker.isShutdown()) {
            waiting.add(job);
            nextAttempts.computeIfAbsent(
                    job.checkpoint().dictionary().run(),
                    run ->
                            worker.schedule(
                                    () -> attemptAgain(run),
                                    pause.toMillis(),
                                    TimeUnit.MILLISECONDS));
        }
    }

    /** Stops after the batch that is being computed; jobs that are not settled are forgotten. */
    @Override
    public void close() {
        worker.shutdownNow();
        try {
            if (!worker.awaitTermination(settings.leaving().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("evaluation does not stop: waited={}", settings.leaving());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
