package org.lexicographer.activation.job;

import static java.util.Objects.requireNonNull;

/**
 * Thrown when a token block's record cannot be used: the block is lost, so the run cannot go on.
 */
final class RejectedRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long sequence;
    private final transient RejectedRecord rejected;

    RejectedRecordException(long sequence, String message, RejectedRecord rejected) {
        super(message);
        this.sequence = sequence;
        this.rejected = requireNonNull(rejected, "rejected is null");
    }

    /** Returns the number of the block. */
    long sequence() {
        return sequence;
    }

    RejectedRecord rejected() {
        return rejected;
    }
}
