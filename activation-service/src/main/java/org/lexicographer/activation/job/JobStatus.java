package org.lexicographer.activation.job;

import java.util.Optional;
import org.lexicographer.pipeline.message.RunProgress.State;

/** What a job does, or what it waits for. */
sealed interface JobStatus {

    /** Returns the state that is published. */
    default State state() {
        return State.WAITING;
    }

    /** Returns how many blocks of this replica's partitions are not stored yet. */
    default long lagBlocks() {
        return 0;
    }

    /** Returns what is waited for, where that is not plain from the figures. */
    default Optional<String> message() {
        return Optional.empty();
    }

    /** The language model is loaded. */
    record Loading() implements JobStatus {

        @Override
        public Optional<String> message() {
            return Optional.of("loads the language model");
        }
    }

    /** Blocks are stored. */
    record Working(long lagBlocks) implements JobStatus {

        @Override
        public State state() {
            return State.RUNNING;
        }
    }

    /** Blocks are there, and none was stored lately. */
    record Reading(long lagBlocks) implements JobStatus {}

    /** The slowest reader has as many bytes to read as may wait for it. */
    record AwaitingReader(long lagBlocks, String reader, long lagBytes, long maxLagBytes)
            implements JobStatus {

        @Override
        public Optional<String> message() {
            return Optional.of(
                    "waits for %s: lagBytes=%d, maxLagBytes=%d"
                            .formatted(reader, lagBytes, maxLagBytes));
        }
    }

    /** No block is there to be taken. */
    record AwaitingBlocks(String what) implements JobStatus {

        @Override
        public Optional<String> message() {
            return Optional.of("waits for %ss".formatted(what));
        }
    }

    /** All blocks were extracted. */
    record AwaitingEnd() implements JobStatus {

        @Override
        public Optional<String> message() {
            return Optional.of("waits for the run to end");
        }
    }

    /** An outage is waited out. */
    record AwaitingOutage(String reason) implements JobStatus {

        @Override
        public Optional<String> message() {
            return Optional.of("tries again: " + reason);
        }
    }

    /** The job has left its run, which has ended, was cancelled, or is for another replica. */
    record Left(State state) implements JobStatus {}
}
