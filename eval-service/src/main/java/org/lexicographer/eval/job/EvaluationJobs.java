package org.lexicographer.eval.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.lexicographer.eval.evaluator.EvaluationInterruptedException;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.stage.EvaluationOutput;
import org.lexicographer.eval.stage.EvaluationStage;
import org.lexicographer.eval.stage.OutputFailedException;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works through announced checkpoints on one thread. A job whose held-out contexts are not complete
 * yet, or that ran into an outage, is put off while the others are done; a job that can never
 * succeed, or whose outage lasts too long, is rejected. A job is settled once its evaluation is
 * stored and announced, and one that was evaluated before is only announced again.
 */
public final class EvaluationJobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluationJobs.class);

    private final EvaluationStage stage;
    private final EvaluationOutput output;
    private final InstantSource clock;
    private final Settings settings;
    private final JobProgress progress;
    private final EvaluationMeter meter;
    private final ScheduledThreadPoolExecutor worker;
    private final Set<DictionaryCheckpoint> putOff = new HashSet<>();
    private final Map<DictionaryCheckpoint, Instant> outages = new HashMap<>();

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

    public EvaluationJobs(
            EvaluationStage stage,
            EvaluationOutput output,
            Settings settings,
            InstantSource clock,
            EvaluationMeter meter) {
        this.stage = stage;
        this.output = output;
        this.settings = settings;
        this.clock = clock;
        this.progress = new JobProgress(output, clock);
        this.meter = meter;
        worker =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("evaluation").factory());
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Adds a job; returns at once. */
    public void submit(EvaluationJob job) {
        worker.execute(() -> attempt(job));
    }

    private void attempt(EvaluationJob job) {
        try {
            boolean done = isDone(job.checkpoint());
            outages.remove(job.checkpoint());
            if (done) {
                putOff.remove(job.checkpoint());
                job.settle();
            } else {
                putOff(job, settings.poll());
            }
        } catch (RuntimeException e) {
            failed(job, e);
        }
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

    private boolean isDone(DictionaryCheckpoint checkpoint) {
        Optional<Evaluation> existing = stage.heldOutEvaluation(checkpoint);
        if (existing.isPresent()) {
            announce(existing.get());
            return true;
        }
        if (!checkpoint.isFinal() && !settings.intermediate()) {
            return true;
        }
        return switch (stage.readiness(checkpoint.dictionary().run())) {
            case READY -> {
                announce(
                        meter.measured(
                                () -> stage.evaluateHeldOut(checkpoint, progress::contextsDone)));
                yield true;
            }
            case NOT_YET -> {
                sayOnce(checkpoint, "waits for the held-out contexts");
                yield false;
            }
            case NEVER -> {
                String message = "the run ended without held-out contexts";
                progress.changed(checkpoint.dictionary(), State.CANCELLED, message);
                yield true;
            }
        };
    }

    private void announce(Evaluation evaluation) {
        output.evaluation(evaluation);
        progress.ended(evaluation.dictionary(), evaluation.contexts());
        LOG.info("evaluated: evaluation={}", evaluation.key());
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
            job.reject(reason);
            outages.remove(job.checkpoint());
            meter.countRejected();
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

    /** What is known to be wrong with the input needs no stack trace. */
    private static RuntimeException unexpected(RuntimeException e) {
        return e instanceof UnusableInputException || e instanceof InvalidModelException ? null : e;
    }

    private void putOff(EvaluationJob job, Duration pause) {
        if (!worker.isShutdown()) {
            worker.schedule(() -> attempt(job), pause.toMillis(), TimeUnit.MILLISECONDS);
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
