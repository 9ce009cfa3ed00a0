package org.lexicographer.objectstore.retry;

import java.time.Duration;

/** The time that retries are measured and waited in; tests bring their own. */
public interface RetryClock {

    /** Returns a clock that really waits. */
    static RetryClock system() {
        return new RetryClock() {
            @Override
            public Duration now() {
                return Duration.ofNanos(System.nanoTime());
            }

            @Override
            public void sleep(Duration pause) throws InterruptedException {
                Thread.sleep(pause);
            }
        };
    }

    /** Returns the time since some fixed moment; it never runs backwards. */
    Duration now();

    /**
     * Waits.
     *
     * @throws InterruptedException when the thread is asked to stop meanwhile
     */
    void sleep(Duration pause) throws InterruptedException;
}
