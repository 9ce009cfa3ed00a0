package org.lexicographer.tokenizer.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.pipeline.log.LogFields;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.tokenizer.job.JobState.Failed;
import org.lexicographer.tokenizer.job.JobState.Tokenized;
import org.lexicographer.tokenizer.job.JobState.Working;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.stream.RunFailedException;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.StopSignal.StoppedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokenizes one run in a thread of its own until the run is done, has failed or is taken away. */
public final class TokenizerJob {

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerJob.class);

    private final RunSpec spec;
    private final JobWork work;
    private final ProgressLog progress;
    private final StopSignal stop;
    private final Outages outages;
    private final Thread thread;
    private volatile JobState state = new Working();

    /**
     * Creates a job that has not started.
     *
     * @param outages how outages are waited for
     */
    public TokenizerJob(
            RunSpec spec, JobWork work, ProgressLog progress, StopSignal stop, Outages outages) {
        this.spec = requireNonNull(spec, "spec is null");
        this.work = requireNonNull(work, "work is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.stop = requireNonNull(stop, "stop is null");
        this.outages = requireNonNull(outages, "outages is null");
        this.thread =
                Thread.ofPlatform().daemon().name("tokenizer-" + spec.run()).unstarted(this::run);
    }

    public RunSpec spec() {
        return spec;
    }

    public void start() {
        thread.start();
    }

    /** Tells whether the job works or will try again; not when it has said that it failed. */
    public boolean isAlive() {
        return state instanceof Working && thread.isAlive();
    }

    /** Returns how far the job is. */
    public JobState state() {
        return state;
    }

    /** Tells the job to stop, without waiting for it. */
    public void stop() {
        stop.stop();
        thread.interrupt();
    }

    /** Waits for the job's end and tells whether it came in time. */
    public boolean join(Duration atMost) {
        try {
            return thread.join(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void run() {
        try (LogFields _ = LogFields.ofRun(spec.run())) {
            attempts();
        } finally {
            progress.left();
        }
    }

    private void attempts() {
        Duration pause = outages.firstPause();
        Duration waited = Duration.ZERO;
        Outcome outcome = attempt();
        while (outcome instanceof Again again) {
            if (again.progressed()) {
                pause = outages.firstPause();
                waited = Duration.ZERO;
            }
            if (waited.compareTo(outages.longest()) >= 0) {
                outcome = lastedTooLong(again);
            } else if (sleeps(pause)) {
                waited = waited.plus(pause);
                pause = Outages.after(pause);
                outcome = attempt();
            } else {
                outcome = new Stopped();
            }
        }
        end(outcome);
    }

    private void end(Outcome outcome) {
        switch (outcome) {
            case Done(long datasetEnd) -> state = new Tokenized(datasetEnd);
            case GivenUp(RunFailedException reason) -> {
                LOG.error("run failed: run={}, reason={}", spec.run(), reason.getMessage(), reason);
                state = new Failed(reason.getMessage());
                progress.failed(reason);
            }
            case Stopped stopped -> LOG.debug("job stopped: run={}", spec.run());
            case Again again -> throw new IllegalStateException("not the end of a job: " + again);
        }
    }

    /** What an attempt came to. */
    private sealed interface Outcome {}

    /** Nothing is left to do. */
    private record Done(long datasetEnd) implements Outcome {}

    /** The job was told to stop. */
    private record Stopped() implements Outcome {}

    /** The run cannot be tokenized, however often it is tried. */
    private record GivenUp(RunFailedException reason) implements Outcome {}

    /** An outage, before which the attempt may have got something done. */
    private record Again(RuntimeException outage, boolean progressed) implements Outcome {}

    /** The outermost loop of a thread: whatever is no outage ends the run. */
    private Outcome attempt() {
        long before = progress.written();
        try {
            return new Done(work.tokenize());
        } catch (StoppedException e) {
            return new Stopped();
        } catch (RunFailedException e) {
            return new GivenUp(e);
        } catch (RuntimeException e) {
            return after(e, progress.written() > before);
        } catch (Error e) {
            end(new GivenUp(fault(e)));
            throw e;
        }
    }

    private Outcome after(RuntimeException failure, boolean progressed) {
        if (stop.isGiven()) {
            return new Stopped();
        }
        if (!Outages.isOutage(failure)) {
            return new GivenUp(fault(failure));
        }
        LOG.warn("attempt failed, another one follows: run={}", spec.run(), failure);
        progress.tryingAgain(Quotes.shortened(failure.getMessage()));
        return new Again(failure, progressed);
    }

    private static RunFailedException fault(Throwable failure) {
        return new RunFailedException(
                "fault that trying again does not mend: reason="
                        + Quotes.shortened(failure.toString()),
                failure);
    }

    private GivenUp lastedTooLong(Again again) {
        return new GivenUp(
                new RunFailedException(
                        "outage too long: limit=%s, reason=%s"
                                .formatted(
                                        outages.longest(),
                                        Quotes.shortened(again.outage().getMessage())),
                        again.outage()));
    }

    private boolean sleeps(Duration pause) {
        try {
            stop.sleep(pause);
            return true;
        } catch (StoppedException e) {
            return false;
        }
    }
}
