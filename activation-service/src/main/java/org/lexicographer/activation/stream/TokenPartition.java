package org.lexicographer.activation.stream;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What this replica knows of one partition of a run's token blocks while it has it: the number that
 * comes next, and which blocks are on their way. The committed offset carries that number with it,
 * so that a block that is missing is noticed even between two replicas. For use by one thread.
 */
final class TokenPartition {

    private static final String NEXT = "next=";
    private static final long UNKNOWN = -1;

    private final int partitions;
    private final Deque<QueuedBlock> underway = new ArrayDeque<>();
    private long next;
    private long storedNext;

    private TokenPartition(int partitions, long next) {
        this.partitions = partitions;
        this.next = next;
        this.storedNext = next;
    }

    /**
     * Starts a partition that nobody has committed an offset for.
     *
     * @param first the number of the first block of all partitions
     */
    static TokenPartition fromStart(int partition, int partitions, long first) {
        return new TokenPartition(
                partitions, first + Math.floorMod(partition - first, (long) partitions));
    }

    /**
     * Starts a partition that was purged, and that nobody has committed an offset for any more,
     * with whatever comes first. What is gone has been trained on; if it had not, the trainers
     * would notice the gap.
     */
    static TokenPartition purged(int partitions) {
        return new TokenPartition(partitions, UNKNOWN);
    }

    /** Continues from the committed offset. */
    static TokenPartition from(OffsetAndMetadata committed, int partitions) {
        String metadata = committed.metadata();
        boolean known = metadata != null && metadata.matches(NEXT + "\\d{1,18}");
        long next = known ? Long.parseLong(metadata.substring(NEXT.length())) : UNKNOWN;
        return new TokenPartition(partitions, next);
    }

    /**
     * Takes the next record. A block that was taken before is passed over: it comes back completed.
     *
     * @throws LostBlockException when a block is missing before it
     * @throws RejectedRecordException when its key is no number
     */
    QueuedBlock admit(ConsumerRecord<byte[], byte[]> record) {
        long sequence = sequence(record);
        QueuedBlock block = new QueuedBlock(sequence, record, new CompletableFuture<>());
        if (next != UNKNOWN && sequence > next) {
            throw new LostBlockException(
                    next,
                    "token block missing: expected=%d, found=%d, topic=%s, partition=%d, offset=%d"
                            .formatted(
                                    next,
                                    sequence,
                                    record.topic(),
                                    record.partition(),
                                    record.offset()),
                    null);
        }
        if (next != UNKNOWN && sequence < next) {
            block.stored().complete(null);
        } else {
            next = sequence + partitions;
        }
        underway.add(block);
        return block;
    }

    private long sequence(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() != null && record.key().length == Long.BYTES) {
            return ByteBuffer.wrap(record.key()).getLong();
        }
        QueuedBlock unreadable = new QueuedBlock(next, record, new CompletableFuture<>());
        throw RejectedRecordException.of(unreadable, "key is no block number");
    }

    /** Returns the number of the block that comes next, -1 when it is not known. */
    long next() {
        return next;
    }

    /** Returns the blocks that are queued, extracted or being written. */
    Collection<QueuedBlock> underway() {
        return List.copyOf(underway);
    }

    /** Returns what to commit: the offset after the last block before which none is unfinished. */
    Optional<OffsetAndMetadata> takeStored() {
        Optional<OffsetAndMetadata> stored = Optional.empty();
        while (!underway.isEmpty() && isStored(underway.peek())) {
            QueuedBlock block = underway.remove();
            storedNext = Math.max(storedNext, block.sequence() + partitions);
            long offset = block.record().offset() + 1;
            stored = Optional.of(new OffsetAndMetadata(offset, NEXT + storedNext));
        }
        return stored;
    }

    private static boolean isStored(QueuedBlock block) {
        return block.stored().isDone() && !block.stored().isCompletedExceptionally();
    }
}
