package org.lexicographer.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Waits until something is so. The bounds are there to end a test that would never end, not to
 * measure a machine: they are far above what a slow and busy one takes. What was seen last is in
 * the message of a wait that fails.
 *
 * <p>A look that throws counts as not yet: a service that is starting refuses connections.
 */
public final class Await {

    /** More than anything here takes on two cores that others use too. */
    public static final Duration BOUND = Duration.ofMinutes(15);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /**
     * Waits until a condition holds, at most {@link #BOUND}.
     *
     * @param what what is waited for, for the message: {@code "the run has ended"}
     * @throws AssertionError when the bound has passed
     */
    public static void until(String what, Callable<Boolean> condition) {
        until(what, condition, holds -> holds);
    }

    /**
     * Looks until what is seen is as wanted, at most {@link #BOUND}, and returns it.
     *
     * @param what what is waited for, for the message: {@code "the run has ended"}
     * @throws AssertionError when the bound has passed; it says what was seen last
     */
    public static <T> T until(String what, Callable<T> look, Predicate<T> wanted) {
        return until(what, BOUND, look, wanted);
    }

    /**
     * Looks until what is seen is as wanted, and returns it.
     *
     * @param what what is waited for, for the message: {@code "the run has ended"}
     * @param bound the longest time to wait
     * @throws AssertionError when the bound has passed; it says what was seen last
     */
    public static <T> T until(String what, Duration bound, Callable<T> look, Predicate<T> wanted) {
        long start = System.nanoTime();
        while (true) {
            Object seen;
            Throwable failure = null;
            try {
                T value = look.call();
                if (wanted.test(value)) {
                    return value;
                }
                seen = value;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting: what=" + what, e);
            } catch (Exception | AssertionError e) {
                seen = e;
                failure = e;
            }
            if (System.nanoTime() - start >= bound.toNanos()) {
                throw new AssertionError(
                        "waited in vain: what=%s, bound=%s, seen last=%s"
                                .formatted(what, bound, seen),
                        failure);
            }
            pause(what);
        }
    }

    private static void pause(String what) {
        LockSupport.parkNanos(PAUSE_NANOS);
        if (Thread.currentThread().isInterrupted()) {
            throw new AssertionError("interrupted while waiting: what=" + what);
        }
    }
}
