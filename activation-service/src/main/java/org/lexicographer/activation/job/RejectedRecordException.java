package org.lexicographer.activation.job;

import static java.util.Objects.requireNonNull;

/**
 * Thrown when a token block's record cannot be used: the block is lost, so the run cannot go on.
 */
final class RejectedRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient RejectedRecord rejected;

    RejectedRecordException(String message, RejectedRecord rejected) {
        super(message);
        this.rejected = requireNonNull(rejected, "rejected is null");
    }

    RejectedRecord rejected() {
        return rejected;
    }
}
