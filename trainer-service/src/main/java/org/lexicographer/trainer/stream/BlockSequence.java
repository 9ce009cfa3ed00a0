package org.lexicographer.trainer.stream;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.CorruptBlockException;

/**
 * Puts the records of one topic into strict sequence: block n comes from partition n mod P, its
 * parts in order; what was seen before is dropped; a gap is an error. For use by one thread.
 */
final class BlockSequence {

    private final String topic;
    private final int partitions;
    private final Map<Integer, Deque<ConsumerRecord<Long, byte[]>>> waiting = new HashMap<>();
    private final Map<Integer, Long> nextOffsets = new HashMap<>();
    private final List<ActivationBlock> parts = new ArrayList<>();
    private final long[] waitingBytes;
    private long next;
    private long lastAccepted;

    BlockSequence(String topic, int partitions, long next, Map<TopicPartition, Long> offsets) {
        this.topic = topic;
        this.partitions = partitions;
        this.next = next;
        waitingBytes = new long[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            waiting.put(partition, new ArrayDeque<>());
            nextOffsets.put(partition, offsets.get(new TopicPartition(topic, partition)));
        }
    }

    /** Returns the number of the block that is due. */
    long next() {
        return next;
    }

    /** Takes a record that was read. */
    void offer(ConsumerRecord<Long, byte[]> record) {
        waiting.get(record.partition()).add(record);
        waitingBytes[record.partition()] += record.serializedValueSize();
    }

    /** Returns how many bytes wait to be taken from a partition. */
    long waitingBytes(int partition) {
        return waitingBytes[partition];
    }

    /** Tells whether all parts of the next block have been read. */
    boolean isDue() {
        int partition = (int) (next % partitions);
        Deque<ConsumerRecord<Long, byte[]>> records = waiting.get(partition);
        while (!complete() && !records.isEmpty()) {
            ConsumerRecord<Long, byte[]> record = records.remove();
            waitingBytes[partition] -= record.serializedValueSize();
            accept(record);
        }
        return complete();
    }

    private boolean complete() {
        return !parts.isEmpty() && parts.size() == parts.getFirst().parts();
    }

    /** Takes the next block, all its parts in order, if they have been read. */
    Optional<List<ActivationBlock>> poll() {
        if (!isDue()) {
            return Optional.empty();
        }
        List<ActivationBlock> block = List.copyOf(parts);
        parts.clear();
        nextOffsets.put((int) (next % partitions), lastAccepted + 1);
        next++;
        return Optional.of(block);
    }

    private void accept(ConsumerRecord<Long, byte[]> record) {
        if (record.key() == null || record.value() == null) {
            throw rejected(record, "key or value is absent");
        }
        if (record.key() < next) {
            nextOffsets.put(record.partition(), record.offset() + 1);
            return;
        }
        if (record.key() > next) {
            throw new MissingBlockException(
                    "activation block missing: expected=%d, found=%d, topic=%s, offset=%d"
                            .formatted(next, record.key(), topic, record.offset()));
        }
        acceptPart(decode(record));
        lastAccepted = record.offset();
    }

    private ActivationBlock decode(ConsumerRecord<Long, byte[]> record) {
        try {
            ActivationBlock block = ActivationBlockFormat.decode(record.value());
            if (block.sequence() != record.key()) {
                throw rejected(
                        record,
                        "block under another key: key=%d, sequence=%d"
                                .formatted(record.key(), block.sequence()));
            }
            return block;
        } catch (CorruptBlockException e) {
            throw rejected(record, e.getMessage());
        }
    }

    private RejectedBlockException rejected(ConsumerRecord<Long, byte[]> record, String reason) {
        byte[] key =
                record.key() == null
                        ? null
                        : ByteBuffer.allocate(Long.BYTES).putLong(record.key()).array();
        return new RejectedBlockException(
                next,
                new ConsumerRecord<>(
                        topic, record.partition(), record.offset(), key, record.value()),
                reason);
    }

    private void acceptPart(ActivationBlock block) {
        if (block.part() > parts.size()) {
            throw new MissingBlockException(
                    "part of activation block missing: sequence=%d, expected=%d, found=%d, topic=%s"
                            .formatted(next, parts.size(), block.part(), topic));
        }
        if (block.part() == parts.size()) {
            parts.add(block);
        }
    }

    /** Adds, for each partition, the offset after the last record of the last block taken. */
    void addOffsets(Map<TopicPartition, Long> offsets) {
        nextOffsets.forEach((p, offset) -> offsets.put(new TopicPartition(topic, p), offset));
    }
}
