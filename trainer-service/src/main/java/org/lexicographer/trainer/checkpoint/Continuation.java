package org.lexicographer.trainer.checkpoint;

import static java.util.Objects.requireNonNull;

import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;

/**
 * What a job that has ended can go on from, should its run be given more steps: the job as it was
 * before the end of its stream, or of its steps, had made a difference to it.
 *
 * @param steps the steps that the run had been given
 * @param checkpoint the job's state, without offsets: its topics are gone by then
 * @param lastBlock the last token block that the state has taken, as it was written
 */
public record Continuation(int steps, Checkpoint checkpoint, StoredObject lastBlock) {

    public Continuation {
        requireNonNull(checkpoint, "checkpoint is null");
        requireNonNull(lastBlock, "lastBlock is null");
    }

    /** Returns the number of the token block that the job goes on with. */
    public long nextSequence() {
        return checkpoint.nextSequence();
    }
}
