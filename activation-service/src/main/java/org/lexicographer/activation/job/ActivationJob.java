package org.lexicographer.activation.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.lexicographer.activation.job.JobStatus.AwaitingOutage;
import org.lexicographer.activation.job.JobStatus.Left;
import org.lexicographer.activation.job.JobStatus.Loading;
import org.lexicographer.activation.stream.LostBlockException;
import org.lexicographer.activation.stream.RejectedRecordException;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.log.LogFields;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.StoredEnds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This replica's work at one stage of a run, from the run's submission to its end. What may pass (a
 * broker or a store that is away) is waited for, up to a limit; what cannot (a lost block, a model
 * without the site, whatever is not known to pass) fails the run with the reason. Started again, it
 * continues after the last committed block.
 */
public final class ActivationJob {

    private static final Logger LOG = LoggerFactory.getLogger(ActivationJob.class);
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** Somebody has looked by then; a run that failed continues when it is submitted again. */
    private static final Duration OUTAGE_LIMIT = Duration.ofHours(1);

    private final RunSpec spec;
    private final int stage;
    private final JobContext context;
    private final JobProgress progress;
    private final Outage outage = new Outage(OUTAGE_LIMIT, System::nanoTime);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private volatile Optional<State> outcome = Optional.empty();

    /**
     * Prepares a job; {@link #start} starts it.
     *
     * @param stage of the run, from 0
     */
    public ActivationJob(RunSpec spec, int stage, JobContext context) {
        this.spec = requireNonNull(spec, "spec is null");
        this.stage = stage;
        this.context = requireNonNull(context, "context is null");
        progress = new JobProgress(spec.run(), stage, context.replica(), InstantSource.system());
        thread =
                Thread.ofVirtual()
                        .name("activation-job-%s-%d".formatted(spec.run(), stage))
                        .unstarted(this::run);
    }

    /** Starts the work; returns at once. */
    public void start() {
        thread.start();
    }

    /** Returns the run that the job is for. */
    public RunSpec spec() {
        return spec;
    }

    /** Returns the stage of the run that the job is for. */
    public int stage() {
        return stage;
    }

    /** Tells whether the job is at work, or waits for some. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /**
     * Asks the job to finish what is under way, commit and leave; returns at once. Only the first
     * reason to stop counts.
     *
     * @param as the last state that is published: ended, cancelled, or waiting for another replica
     */
    public synchronized void stop(State as) {
        if (outcome.isEmpty()) {
            outcome = Optional.of(as);
            stopped.countDown();
        }
    }

    /**
     * Tells whether the job does no more than leave. Waits for {@link #stopIfEnded}, so that nobody
     * relies on a job which is about to be stopped because of an end that was forgotten since.
     */
    synchronized boolean isLeaving() {
        return outcome.isPresent();
    }

    /** Stops the job if its run has ended. */
    void stopIfEnded(StoredEnds ends) {
        if (ends.find(name()).isEmpty()) {
            return;
        }
        // A run that goes on has forgotten its end before it is submitted again.
        synchronized (this) {
            if (ends.find(name()).isPresent()) {
                stop(State.ENDED);
            }
        }
    }

    /** Waits until a job that was stopped has left; one that takes longer is interrupted. */
    public void awaitEnd(Duration atMost) throws InterruptedException {
        if (!thread.join(atMost)) {
            LOG.warn("job interrupted, offsets may not be committed: run={}", name());
            thread.interrupt();
        }
    }

    private String name() {
        return spec.run();
    }

    private void run() {
        try (LogFields _ = LogFields.ofRun(name()).at(stage)) {
            attempts();
        }
    }

    private void attempts() {
        while (outcome.isEmpty()) {
            outage.attempts();
            try {
                work();
            } catch (RejectedRecordException e) {
                context.output().reject(e.rejected());
                fail(e, progress.lost(e.sequence(), e.getMessage()));
            } catch (LostBlockException e) {
                fail(e, progress.lost(e.sequence(), e.getMessage()));
            } catch (KafkaException | RetryableObjectStoreException | ModelOutageException e) {
                retryOrFail(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stop(State.WAITING);
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
        LOG.info("job left: run={}, stage={}, state={}", name(), stage, outcome.get());
        if (outcome.get() != State.FAILED) {
            publish(new Left(outcome.get()));
        }
        context.meter().left(name(), stage);
    }

    private void work() throws InterruptedException {
        if (!isWanted()) {
            return;
        }
        publish(new Loading());
        Optional<JobSession> opened =
                JobSession.open(spec, stage, context, progress, this::isWanted);
        if (opened.isEmpty()) {
            return;
        }
        try (JobSession session = opened.get()) {
            while (outcome.isEmpty()) {
                session.step().ifPresent(this::publish);
            }
        }
    }

    private boolean isWanted() {
        stopIfEnded(new StoredEnds(context.objects()));
        return outcome.isEmpty();
    }

    private void retryOrFail(RuntimeException e) {
        if (isPermanent(e)) {
            fail(e);
        } else if (!outage.mayPass()) {
            fail(e, progress.message(State.FAILED, 0, Optional.of(tooLong(e))));
        } else if (outcome.isEmpty()) {
            LOG.warn("job tries again: run={}, stage={}", name(), stage, e);
            publish(new AwaitingOutage(e.getMessage()));
            context.meter().retried();
            pause();
        }
    }

    private static String tooLong(RuntimeException e) {
        return "outage too long: limit=%s, reason=%s".formatted(OUTAGE_LIMIT, reason(e));
    }

    /** A job starts after brokers have taken its process; a password may be exchanged later. */
    private static boolean isPermanent(RuntimeException e) {
        return e instanceof RecordTooLargeException
                || e instanceof ConfigException
                || e instanceof SerializationException
                || e instanceof UnsupportedVersionException
                || e instanceof InvalidTopicException
                || e instanceof PolicyViolationException
                || e instanceof AuthorizationException;
    }

    private void pause() {
        try {
            if (stopped.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("job stopped while waiting: run={}", name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(State.WAITING);
        }
    }

    private void fail(Throwable e) {
        fail(e, progress.message(State.FAILED, 0, Optional.of(reason(e))));
    }

    private void fail(Throwable e, RunProgress message) {
        if (outcome.isPresent()) {
            LOG.warn("job failed while it was stopped: run={}", name(), e);
            return;
        }
        LOG.error("job failed: run={}, stage={}", name(), stage, e);
        stop(State.FAILED);
        context.output().progress(message);
    }

    private static String reason(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private void publish(JobStatus status) {
        context.output()
                .progress(progress.message(status.state(), status.lagBlocks(), status.message()));
    }
}
