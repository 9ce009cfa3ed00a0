package org.lexicographer.activation.stream;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A block on its way through a job.
 *
 * @param sequence the block's number
 * @param records the parts of the block as they were read, at least one
 * @param end the offset after all that the block is made of
 * @param first whether it is the first of its partition since that was assigned
 * @param stored completes when all that came of the block is stored
 */
public record QueuedBlock(
        long sequence,
        List<ConsumerRecord<byte[], byte[]>> records,
        long end,
        boolean first,
        CompletableFuture<Void> stored) {

    /** Takes the parts in their order. */
    public QueuedBlock {
        records = List.copyOf(records);
    }

    /** Returns the partition that the block was read from. */
    public int partition() {
        return records.getFirst().partition();
    }

    /** Returns the parts of the block, in their order. */
    public List<byte[]> values() {
        return records.stream().map(ConsumerRecord::value).toList();
    }
}
