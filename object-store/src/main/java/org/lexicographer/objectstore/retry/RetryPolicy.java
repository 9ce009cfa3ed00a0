package org.lexicographer.objectstore.retry;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long a failing request is repeated: after a first pause, then after pauses that double up to
 * a longest one, until a deadline. One whose first attempt outlasts the deadline is repeated once.
 *
 * @param firstPause the pause before the second attempt; more than nothing
 * @param longestPause what the pauses grow to
 * @param deadline how long after the first attempt the last one may begin
 */
public record RetryPolicy(Duration firstPause, Duration longestPause, Duration deadline) {

    /** A store that restarts is waited for; one that stays away is reported after two minutes. */
    public static final RetryPolicy STANDARD =
            new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofMinutes(2));

    /**
     * For whoever reads a topic: a record that is passed over for an outage would be lost until the
     * service starts again and reads the topic anew.
     */
    public static final RetryPolicy LISTENING =
            new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofHours(24));

    public RetryPolicy {
        requireNonNull(firstPause, "firstPause is null");
        requireNonNull(longestPause, "longestPause is null");
        requireNonNull(deadline, "deadline is null");
        if (!firstPause.isPositive() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "pauses must be positive and growing: firstPause=%s, longestPause=%s"
                            .formatted(firstPause, longestPause));
        }
    }

    /** Returns the pause after a pause. */
    public Duration next(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
    }
}
