package org.lexicographer.trainer.job;

import java.time.Duration;

/** Says when a report is due and how fast a count has grown since the last one. */
final class ReportTimer {

    private static final double NANOS = 1e9;

    private final long interval;
    private long lastReport = System.nanoTime();
    private long lastRate = System.nanoTime();
    private long lastCount = -1;

    ReportTimer(Duration interval) {
        this.interval = interval.toNanos();
    }

    boolean isDue() {
        long now = System.nanoTime();
        if (now - lastReport < interval) {
            return false;
        }
        lastReport = now;
        return true;
    }

    double perSecond(long count) {
        long now = System.nanoTime();
        double rate = lastCount < 0 ? 0 : (count - lastCount) * NANOS / (now - lastRate);
        lastCount = count;
        lastRate = now;
        return rate;
    }
}
