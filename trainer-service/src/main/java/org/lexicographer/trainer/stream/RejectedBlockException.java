package org.lexicographer.trainer.stream;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Thrown when a block's record cannot be used: the block is lost, so the run cannot continue. */
public final class RejectedBlockException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long sequence;
    private final transient ConsumerRecord<byte[], byte[]> rejected;

    /**
     * Creates the exception.
     *
     * @param sequence the number of the block that is due
     * @param rejected the record as it was read
     * @param reason what was expected and what was found
     */
    RejectedBlockException(long sequence, ConsumerRecord<byte[], byte[]> rejected, String reason) {
        super(
                "activation block lost: sequence=%d, topic=%s, partition=%d, offset=%d, reason=%s"
                        .formatted(
                                sequence,
                                rejected.topic(),
                                rejected.partition(),
                                rejected.offset(),
                                reason));
        this.sequence = sequence;
        this.rejected = requireNonNull(rejected, "rejected is null");
    }

    /** Returns the number of the block that is lost. */
    public long sequence() {
        return sequence;
    }

    /** Returns the record as it was read. */
    public ConsumerRecord<byte[], byte[]> rejected() {
        return rejected;
    }
}
