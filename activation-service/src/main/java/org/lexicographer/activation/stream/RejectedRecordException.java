package org.lexicographer.activation.stream;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.pipeline.message.Rejection;

/** Thrown when a block's record cannot be used: the block is lost, so the run cannot continue. */
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
    public static RejectedRecordException of(BlockSource source, QueuedBlock block, String reason) {
        return of(source, block.sequence(), block.records().getFirst(), reason);
    }

    static RejectedRecordException of(
            BlockSource source,
            long sequence,
            ConsumerRecord<byte[], byte[]> record,
            String reason) {
        String message =
                "%s lost: sequence=%d, topic=%s, partition=%d, offset=%d, reason=%s"
                        .formatted(
                                source.what(),
                                sequence,
                                record.topic(),
                                record.partition(),
                                record.offset(),
                                reason);
        return new RejectedRecordException(sequence, message, Rejection.of(record, reason));
    }

    public long sequence() {
        return sequence;
    }

    /** Returns the record, with the reason. */
    public Rejection rejected() {
        return rejected;
    }
}
