package org.lexicographer.trainer.time;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a job holds, and what it has spent its time with since it said so last.
 *
 * @param bufferFill the share of the shuffle buffer that holds rows not trained on yet, 0 to 1
 * @param training time that has passed since the job's first step in this process, or since the
 *     last figures
 * @param waiting how much of it the job has waited for activation blocks
 */
public record JobFigures(double bufferFill, Duration training, Duration waiting) {

    public JobFigures {
        requireNonNull(training, "training is null");
        requireNonNull(waiting, "waiting is null");
    }
}
