package org.lexicographer.trainer.time;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What a job spends its time with, from its first step in this process on: before that, the buffer
 * is filled for the first time, and everybody waits. For use by one thread.
 */
public final class JobTime {

    private final LongSupplier nanoTime;
    private boolean begun;
    private long since;
    private Duration waitedBefore = Duration.ZERO;

    public JobTime(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes note of a step.
     *
     * @param waited how long the job has waited for blocks in all
     */
    public void stepped(Duration waited) {
        if (!begun) {
            begun = true;
            since = nanoTime.getAsLong();
            waitedBefore = waited;
        }
    }

    /**
     * Returns the figures since the last time.
     *
     * @param bufferFill as {@link JobFigures} has it
     * @param waited how long the job has waited for blocks in all
     */
    public JobFigures take(double bufferFill, Duration waited) {
        if (!begun) {
            return new JobFigures(bufferFill, Duration.ZERO, Duration.ZERO);
        }
        long now = nanoTime.getAsLong();
        JobFigures figures =
                new JobFigures(
                        bufferFill, Duration.ofNanos(now - since), waited.minus(waitedBefore));
        since = now;
        waitedBefore = waited;
        return figures;
    }
}
