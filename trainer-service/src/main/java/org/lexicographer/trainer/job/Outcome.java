package org.lexicographer.trainer.job;

/** How a job ended. */
sealed interface Outcome {

    /** Its final dictionaries are saved. */
    record Finished() implements Outcome {}

    /** It was told to end. */
    record Stopped() implements Outcome {}

    /**
     * It ended for a reason that comes back each time.
     *
     * @param failure what that means for its run
     */
    record Failed(RunFailure failure) implements Outcome {}

    /**
     * It ended for a reason that may not be there the next time.
     *
     * @param cause the reason
     * @param nextSequence the number of the next block to take, when the job last looked
     */
    record Crashed(Throwable cause, long nextSequence) implements Outcome {}

    /**
     * Another owner had written its manifest.
     *
     * @param at when that was seen, as {@link System#nanoTime} counts
     */
    record Lost(long at) implements Outcome {}
}
