package org.lexicographer.tokenizer.stream;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a job's thread to stop at the next block; once given it is never taken back. */
public final class StopSignal {

    private final CountDownLatch given = new CountDownLatch(1);

    /** Gives the signal. */
    public void stop() {
        given.countDown();
    }

    /** Tells whether the signal was given. */
    public boolean isGiven() {
        return given.getCount() == 0;
    }

    /**
     * Returns unless the signal was given.
     *
     * @throws StoppedException when it was
     */
    public void check() {
        if (isGiven()) {
            throw new StoppedException();
        }
    }

    /**
     * Waits that long unless the signal is given meanwhile.
     *
     * @throws StoppedException when it was
     */
    public void sleep(Duration pause) {
        try {
            if (given.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoppedException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    /** Thrown in the thread of a job that was told to stop. */
    public static final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("stopped", null, false, false);
        }
    }
}
