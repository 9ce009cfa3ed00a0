package org.lexicographer.objectstore.retry;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/** Repeats a request as a policy says, as long as its failure is a transient one. */
record Retry(RetryPolicy policy, RetryClock clock) {

    Retry {
        requireNonNull(policy, "policy is null");
        requireNonNull(clock, "clock is null");
    }

    void run(Runnable request) {
        call(
                attempt -> {
                    request.run();
                    return null;
                });
    }

    <T> T call(Supplier<T> request) {
        return call(attempt -> request.get());
    }

    /** Calls the request with the number of the attempt, from 1 on. */
    <T> T call(IntFunction<T> request) {
        Duration deadline = clock.now().plus(policy.deadline());
        Duration pause = policy.firstPause();
        for (int attempt = 1; ; attempt++) {
            try {
                return request.apply(attempt);
            } catch (RetryableObjectStoreException e) {
                if (isLast(attempt, pause, deadline) || !sleeps(pause)) {
                    throw exhausted(attempt, e);
                }
                pause = policy.next(pause);
            }
        }
    }

    /**
     * A request over a connection whose other end is gone may take all of the time to fail, and
     * says nothing about the store: it is repeated once.
     */
    private boolean isLast(int attempt, Duration pause, Duration deadline) {
        Duration now = clock.now();
        boolean tookAllTheTime = attempt == 1 && now.compareTo(deadline) >= 0;
        return !tookAllTheTime && now.plus(pause).compareTo(deadline) > 0;
    }

    private boolean sleeps(Duration pause) {
        try {
            clock.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private RetryableObjectStoreException exhausted(
            int attempts, RetryableObjectStoreException last) {
        return new RetryableObjectStoreException(
                "object store did not recover: attempts=%d, deadline=%s, last=%s"
                        .formatted(attempts, policy.deadline(), last.getMessage()),
                last);
    }
}
