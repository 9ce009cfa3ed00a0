package org.lexicographer.activation.stream;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.pipeline.message.Rejection;

/**
 * A token block on its way through a job.
 *
 * @param sequence the block's number
 * @param record the block as it was read
 * @param stored completes when all of the block's activation records are stored
 */
public record QueuedBlock(
        long sequence, ConsumerRecord<byte[], byte[]> record, CompletableFuture<Void> stored) {

    /** Returns the partition that the block was read from. */
    public int partition() {
        return record.partition();
    }

    Rejection rejected(String reason) {
        return Rejection.of(record, reason);
    }
}
