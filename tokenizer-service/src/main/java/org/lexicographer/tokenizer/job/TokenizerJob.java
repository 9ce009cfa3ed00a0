package org.lexicographer.tokenizer.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.stream.RunFailedException;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.StopSignal.StoppedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokenizes one run in a thread of its own until the run is done, has failed or is taken away. */
public final class TokenizerJob {

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerJob.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final RunSpec spec;
    private final JobWork work;
    private final ProgressLog progress;
    private final StopSignal stop;
    private final Duration firstPause;
    private final Thread thread;
    private volatile boolean givenUp;

    /**
     * Creates a job that has not started.
     *
     * @param firstPause the pause before the second attempt; it doubles from attempt to attempt
     */
    public TokenizerJob(
            RunSpec spec,
            JobWork work,
            ProgressLog progress,
            StopSignal stop,
            Duration firstPause) {
        this.spec = requireNonNull(spec, "spec is null");
        this.work = requireNonNull(work, "work is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.stop = requireNonNull(stop, "stop is null");
        this.firstPause = requireNonNull(firstPause, "firstPause is null");
        this.thread =
                Thread.ofPlatform().daemon().name("tokenizer-" + spec.run()).unstarted(this::run);
    }

    /** Returns the spec of the run. */
    public RunSpec spec() {
        return spec;
    }

    /** Starts the job's thread. */
    public void start() {
        thread.start();
    }

    /** Tells whether the job works or will try again; not when it has said that it failed. */
    public boolean isAlive() {
        return !givenUp && thread.isAlive();
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
        Duration pause = firstPause;
        while (!isOver()) {
            if (!sleeps(pause)) {
                return;
            }
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
    }

    /** The outermost loop of a thread: whatever is not known to be final may pass. */
    private boolean isOver() {
        try {
            work.tokenize();
            return true;
        } catch (StoppedException e) {
            return true;
        } catch (RunFailedException e) {
            LOG.error("run failed: run={}, reason={}", spec.run(), e.getMessage());
            givenUp = true;
            progress.failed(e);
            return true;
        } catch (RuntimeException e) {
            return isStoppedBy(e);
        }
    }

    private boolean isStoppedBy(RuntimeException failure) {
        if (stop.isGiven()) {
            return true;
        }
        LOG.warn("attempt failed, another one follows: run={}", spec.run(), failure);
        progress.waiting("tries again: reason=" + failure.getMessage());
        return false;
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
