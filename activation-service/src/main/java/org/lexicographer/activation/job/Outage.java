package org.lexicographer.activation.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How long a job has been failing for reasons that may pass. An outage that lasts too long is no
 * outage any more. For use by one thread.
 */
final class Outage {

    private final Duration limit;
    private final LongSupplier nanoClock;
    private OptionalLong began = OptionalLong.empty();
    private OptionalLong attempt = OptionalLong.empty();

    /**
     * Starts without an outage.
     *
     * @param limit how long one may last; whoever has worked for half as long had none
     */
    Outage(Duration limit, LongSupplier nanoClock) {
        this.limit = requireNonNull(limit, "limit is null");
        this.nanoClock = requireNonNull(nanoClock, "nanoClock is null");
    }

    /** Takes note that an attempt begins. */
    void attempts() {
        attempt = OptionalLong.of(nanoClock.getAsLong());
    }

    /** Takes note that the attempt has failed; tells whether another one may be made. */
    boolean mayPass() {
        long now = nanoClock.getAsLong();
        long worked = now - attempt.orElse(now);
        if (began.isEmpty() || worked >= limit.toNanos() / 2) {
            began = OptionalLong.of(now);
        }
        return now - began.getAsLong() < limit.toNanos();
    }
}
