package org.lexicographer.trainer;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads bring about. */
public final class Await {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private Await() {}

    /** Returns once the condition holds; fails when it does not in time. */
    public static void until(Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("condition did not come true within " + patience);
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }
}
