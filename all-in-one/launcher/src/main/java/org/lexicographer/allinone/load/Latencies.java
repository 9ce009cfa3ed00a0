package org.lexicographer.allinone.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts how long answers took, in bounded memory and for any number of threads. A time is known to
 * one percent, from a microsecond to an hour.
 */
public final class Latencies {

    private static final double GROWTH = Math.log(1.01);
    private static final double LONGEST = TimeUnit.HOURS.toMicros(1);

    private final AtomicLongArray counts = new AtomicLongArray(bin(LONGEST) + 1);

    private static int bin(double micros) {
        return (int) Math.ceil(Math.log(Math.clamp(micros, 1, LONGEST)) / GROWTH);
    }

    /** Counts one. */
    public void add(Duration time) {
        counts.incrementAndGet(bin(time.toNanos() / 1_000.0));
    }

    /**
     * Returns the time in milliseconds within which a share of the answers came; 0 when there were
     * none.
     *
     * @param share above 0, at most 1
     */
    public double millis(double share) {
        long all = 0;
        for (int bin = 0; bin < counts.length(); bin++) {
            all += counts.get(bin);
        }
        long wanted = (long) Math.ceil(share * all);
        long seen = 0;
        for (int bin = 0; bin < counts.length() && wanted > 0; bin++) {
            seen += counts.get(bin);
            if (seen >= wanted) {
                return Math.exp(bin * GROWTH) / 1_000;
            }
        }
        return 0;
    }
}
