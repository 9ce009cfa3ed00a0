package org.lexicographer.tokenizer.job;

import static java.util.Objects.requireNonNull;

/** How far a job is. */
public sealed interface JobState {

    /** It works, waits, or was told to stop. */
    record Working() implements JobState {}

    /**
     * It has done all of its work.
     *
     * @param datasetEnd the offset from which on messages about the dataset came too late to be
     *     asked for
     */
    record Tokenized(long datasetEnd) implements JobState {}

    /**
     * It gave the run up.
     *
     * @param reason why
     */
    record Failed(String reason) implements JobState {

        public Failed {
            requireNonNull(reason, "reason is null");
        }
    }
}
