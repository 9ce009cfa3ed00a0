package org.lexicographer.activation.job;

import static java.util.Objects.requireNonNull;

import org.lexicographer.activation.stage.ActivationStage;
import org.lexicographer.activation.stream.BlockSource;

/**
 * A stage of a run as a job works at it.
 *
 * @param number of the stage, from 0
 * @param source what it reads
 * @param stage what it does
 */
record StageWork(int number, BlockSource source, ActivationStage stage) {

    StageWork {
        requireNonNull(source, "source is null");
        requireNonNull(stage, "stage is null");
    }
}
