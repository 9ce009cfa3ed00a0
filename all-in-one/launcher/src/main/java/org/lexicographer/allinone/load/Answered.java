package org.lexicographer.allinone.load;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of many requests.
 *
 * @param requests how many were sent
 * @param errors how many of them were not answered, or not with the status that was expected
 * @param firstError what came in place of it, the first time
 * @param took from the first request to the last answer
 * @param latencies how long the expected answers took
 */
public record Answered(
        long requests,
        long errors,
        Optional<String> firstError,
        Duration took,
        Latencies latencies) {

    private static final double NANOS = 1e9;

    /** Returns the expected answers a second. */
    public double perSecond() {
        return (requests - errors) * NANOS / Math.max(1, took.toNanos());
    }

    /** Returns the figures on one line. */
    public String line() {
        String figures =
                String.format(
                        Locale.ROOT,
                        "requests %,d  errors %,d  %,.1f/s  p50 %.1f ms  p99 %.1f ms",
                        requests,
                        errors,
                        perSecond(),
                        latencies.millis(0.5),
                        latencies.millis(0.99));
        return figures + firstError.map(error -> "  first error: " + error).orElse("");
    }
}
