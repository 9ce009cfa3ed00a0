package org.lexicographer.activation.stream;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.message.Rejection;

/**
 * Thrown when a token block's record cannot be used: the block is lost, so the run cannot continue.
 */
public final class RejectedRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long sequence;
    private final transient Rejection rejected;

    private RejectedRecordException(long sequence, String message, Rejection rejected) {
        super(message);
        this.sequence = sequence;
        this.rejected = requireNonNull(rejected, "rejected is null");
    }

    /** Returns what to throw when a block cannot be read. */
    public static RejectedRecordException of(QueuedBlock block, String reason) {
        String message =
                "token block lost: sequence=%d, topic=%s, partition=%d, offset=%d, reason=%s"
                        .formatted(
                                block.sequence(),
                                block.record().topic(),
                                block.partition(),
                                block.record().offset(),
                                reason);
        return new RejectedRecordException(block.sequence(), message, block.rejected(reason));
    }

    public long sequence() {
        return sequence;
    }

    /** Returns the record, with the reason. */
    public Rejection rejected() {
        return rejected;
    }
}
