package org.lexicographer.activation.stream;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.lexicographer.pipeline.block.CorruptBlockException;

/**
 * What this replica knows of one partition of a stage's blocks while it has it: the number that
 * comes next, and which blocks are on their way. The committed offset carries that number with it,
 * so that a block that is missing is noticed even between two replicas. For use by one thread.
 */
final class BlockPartition {

    private static final long UNKNOWN = NextBlock.UNKNOWN;

    private final BlockSource source;
    private final int partitions;
    private final Deque<QueuedBlock> underway = new ArrayDeque<>();
    private final List<ConsumerRecord<byte[], byte[]>> gathered = new ArrayList<>();
    private boolean first = true;
    private long next;
    private long storedNext;

    private BlockPartition(BlockSource source, int partitions, long next) {
        this.source = source;
        this.partitions = partitions;
        this.next = next;
        this.storedNext = next;
    }

    /** Starts a partition that nobody has committed an offset for. */
    static BlockPartition fromStart(BlockSource source, int partition, int partitions) {
        return source.firstBlock().isPresent()
                ? new BlockPartition(
                        source,
                        partitions,
                        first(source.firstBlock().getAsLong(), partition, partitions))
                : purged(source, partitions);
    }

    private static long first(long ofAll, int partition, int partitions) {
        return ofAll + Math.floorMod(partition - ofAll, (long) partitions);
    }

    /**
     * Starts a partition that was purged, and that nobody has committed an offset for any more,
     * with whatever comes first. What is gone has been trained on; if it had not, the trainers
     * would notice the gap.
     */
    static BlockPartition purged(BlockSource source, int partitions) {
        return new BlockPartition(source, partitions, UNKNOWN);
    }

    /** Continues from the committed offset. */
    static BlockPartition from(BlockSource source, OffsetAndMetadata committed, int partitions) {
        return new BlockPartition(source, partitions, NextBlock.of(committed));
    }

    /**
     * Takes the next record. What was taken before is passed over.
     *
     * @return the block that the record is the last part of; empty when more parts are to come, or
     *     the record was passed over
     * @throws LostBlockException when a block, or a part of it, is missing before it
     * @throws RejectedRecordException when it is no part of a block
     */
    Optional<QueuedBlock> admit(ConsumerRecord<byte[], byte[]> record) {
        long sequence = sequence(record);
        BlockSource.Part part = part(sequence, record);
        if (next == UNKNOWN && part.number() == 0) {
            next = sequence;
        }
        if (next == UNKNOWN
                || sequence < next
                || (sequence == next && part.number() < gathered.size())) {
            passOver(sequence, record);
            return Optional.empty();
        }
        if (sequence > next || part.number() > gathered.size()) {
            throw missing(sequence, part, record);
        }
        gathered.add(record);
        return gathered.size() < part.of() ? Optional.empty() : Optional.of(complete(record));
    }

    /** Amid the parts of a block, whoever starts again has to start before them. */
    private void passOver(long sequence, ConsumerRecord<byte[], byte[]> record) {
        if (gathered.isEmpty()) {
            underway.add(
                    new QueuedBlock(
                            sequence,
                            List.of(record),
                            record.offset() + 1,
                            false,
                            CompletableFuture.completedFuture(null)));
        }
    }

    private QueuedBlock complete(ConsumerRecord<byte[], byte[]> last) {
        QueuedBlock block =
                new QueuedBlock(
                        next, gathered, last.offset() + 1, first, new CompletableFuture<>());
        first = false;
        gathered.clear();
        next += partitions;
        underway.add(block);
        return block;
    }

    private LostBlockException missing(
            long sequence, BlockSource.Part part, ConsumerRecord<byte[], byte[]> record) {
        String which =
                sequence > next
                        ? "expected=%d, found=%d".formatted(next, sequence)
                        : "sequence=%d, expected part=%d, found=%d"
                                .formatted(sequence, gathered.size(), part.number());
        return new LostBlockException(
                next,
                "%s missing: %s, topic=%s, partition=%d, offset=%d"
                        .formatted(
                                source.what(),
                                which,
                                record.topic(),
                                record.partition(),
                                record.offset()),
                null);
    }

    private long sequence(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() != null && record.key().length == Long.BYTES) {
            return ByteBuffer.wrap(record.key()).getLong();
        }
        throw RejectedRecordException.of(source, next, record, "key is no block number");
    }

    private BlockSource.Part part(long sequence, ConsumerRecord<byte[], byte[]> record) {
        try {
            return source.parting().of(record.value());
        } catch (CorruptBlockException e) {
            throw RejectedRecordException.of(source, sequence, record, e.getMessage());
        }
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
            stored = Optional.of(NextBlock.commit(block.end(), storedNext));
        }
        return stored;
    }

    private static boolean isStored(QueuedBlock block) {
        return block.stored().isDone() && !block.stored().isCompletedExceptionally();
    }
}
