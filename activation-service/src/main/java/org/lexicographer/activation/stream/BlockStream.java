package org.lexicographer.activation.stream;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.Installation;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This replica's share of the blocks that a stage of a run takes: reads them into a {@link
 * BlockQueue} and commits an offset when all that came of the block before it is stored. For use by
 * one thread.
 *
 * <p>It never stops polling, so that it stays in its group however long a forward pass takes. When
 * it loses a partition, it drops what is queued and finishes what is under way; when it gains one,
 * it continues where its predecessor has committed.
 */
public final class BlockStream implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BlockStream.class);
    private static final Duration COMMIT = Duration.ofSeconds(3);

    private final BlockSource source;
    private final int partitionCount;
    private final BlockQueue queue;
    private final Duration finishWithin;
    private final Installation installation;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, BlockPartition> partitions = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
    private final Map<TopicPartition, Long> consumed = new HashMap<>();
    private int recordsPerBlock = 1;
    private boolean committing;

    /**
     * Joins the stage's group; the topic need not exist yet.
     *
     * @param partitions the topic's number of partitions
     * @param finishWithin how long giving partitions up waits for the blocks that are under way
     */
    public BlockStream(
            KafkaConnection kafka,
            BlockSource source,
            int partitions,
            BlockQueue queue,
            Duration finishWithin) {
        this.source = source;
        this.partitionCount = partitions;
        this.queue = queue;
        this.finishWithin = finishWithin;
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        installation = kafka.installation();
        consumer = kafka.consumer(properties(source.group()), bytes, bytes);
        consumer.subscribe(List.of(installation.atBrokers(source.topic())), new Partitions());
    }

    private static Map<String, Object> properties(String group) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 8);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20);
        // A topic that is created later is found by then; a replica that was killed is replaced.
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 2_000);
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
        return properties;
    }

    /**
     * Reads what there is room for, and commits what has been stored.
     *
     * @throws LostBlockException when a block is missing
     * @throws RejectedRecordException when a record is no block
     */
    public void poll(Duration atMost) {
        Set<TopicPartition> full = new HashSet<>(consumer.assignment());
        full.removeIf(partition -> !queue.isFull(partition.partition()));
        consumer.resume(consumer.assignment().stream().filter(p -> !full.contains(p)).toList());
        consumer.pause(full);
        try {
            consumer.poll(atMost).forEach(this::admit);
        } catch (OffsetOutOfRangeException e) {
            throw removed(e);
        } catch (KafkaException e) {
            if (!BlockReader.isDamage(e)) {
                throw e;
            }
            throw damaged(e);
        }
        commit();
    }

    private void add(QueuedBlock block) {
        recordsPerBlock = block.records().size();
        queue.add(block);
    }

    /** The client names the partition only in the text of its message. */
    private LostBlockException damaged(KafkaException e) {
        long least = partitions.values().stream().mapToLong(BlockPartition::next).min().orElse(-1);
        String message =
                "%s lost: sequence=%d or later, reason=%s"
                        .formatted(source.what(), least, BlockReader.damage(e));
        return new LostBlockException(least, message, e);
    }

    private LostBlockException removed(OffsetOutOfRangeException e) {
        TopicPartition first = e.offsetOutOfRangePartitions().keySet().iterator().next();
        long next = partitions.get(first).next();
        String message =
                "%s removed before it was read: sequence=%d, offsets=%s"
                        .formatted(source.what(), next, e.offsetOutOfRangePartitions());
        return new LostBlockException(next, message, e);
    }

    private void admit(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        partitions.get(partition).admit(installation.own(record)).ifPresent(this::add);
    }

    /** A commit that fails, as during a rebalance, is repeated. */
    private void commit() {
        takeStored(partitions.keySet());
        if (committing || due.isEmpty()) {
            return;
        }
        committing = true;
        Map<TopicPartition, OffsetAndMetadata> offsets = Map.copyOf(due);
        consumer.commitAsync(
                offsets,
                (committed, failure) -> {
                    committing = false;
                    if (failure == null) {
                        offsets.forEach(due::remove);
                        offsets.forEach((p, offset) -> consumed.put(p, offset.offset()));
                    } else {
                        LOG.debug("offsets not committed: offsets={}", offsets, failure);
                    }
                });
    }

    private void takeStored(Collection<TopicPartition> of) {
        of.forEach(p -> partitions.get(p).takeStored().ifPresent(offset -> due.put(p, offset)));
    }

    /** Returns what nobody will read again: the offsets that were committed since the last time. */
    public Map<TopicPartition, Long> takeConsumed() {
        Map<TopicPartition, Long> taken = new HashMap<>();
        consumed.forEach((partition, offset) -> taken.put(installation.own(partition), offset));
        consumed.clear();
        return taken;
    }

    /** Returns about how many blocks of this replica's partitions are not stored yet. */
    public long lagBlocks() {
        long unread =
                consumer.assignment().stream()
                        .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                        .sum();
        return Math.ceilDiv(unread, recordsPerBlock)
                + partitions.values().stream().mapToInt(p -> p.underway().size()).sum();
    }

    /** Gives partitions up in good order: what is under way is finished and committed. */
    private void release(Collection<TopicPartition> released) {
        List<TopicPartition> known = released.stream().filter(partitions::containsKey).toList();
        finish(known);
        takeStored(known);
        Map<TopicPartition, OffsetAndMetadata> last = new HashMap<>(due);
        last.keySet().retainAll(known);
        forget(known);
        if (!last.isEmpty()) {
            try {
                consumer.commitSync(last, COMMIT);
            } catch (KafkaException e) {
                // Whoever gets the partitions repeats these blocks; their readers drop the copies.
                LOG.warn("offsets not committed: offsets={}", last, e);
            }
        }
    }

    private void forget(Collection<TopicPartition> released) {
        partitions.keySet().removeAll(released);
        due.keySet().removeAll(released);
    }

    private void finish(List<TopicPartition> released) {
        CompletableFuture<?>[] started =
                released.stream()
                        .flatMap(partition -> started(partition).stream())
                        .map(QueuedBlock::stored)
                        .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(started).get(finishWithin.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("blocks not finished in time: partitions={}", released);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<QueuedBlock> started(TopicPartition partition) {
        List<QueuedBlock> dropped = queue.drop(partition.partition());
        return partitions.get(partition).underway().stream()
                .filter(block -> !dropped.contains(block))
                .toList();
    }

    /** Finishes and commits what is under way, and leaves the group. */
    @Override
    public void close() {
        release(List.copyOf(partitions.keySet()));
        consumer.close(CloseOptions.timeout(COMMIT));
    }

    private final class Partitions implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            Map<TopicPartition, OffsetAndMetadata> committed =
                    consumer.committed(Set.copyOf(assigned));
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(assigned);
            for (TopicPartition partition : assigned) {
                if (committed.get(partition) == null) {
                    start(partition, beginnings.get(partition));
                } else {
                    resume(partition, committed.get(partition));
                }
            }
            LOG.info("partitions assigned: group={}, partitions={}", source.group(), assigned);
        }

        private void start(TopicPartition partition, long beginning) {
            consumer.seek(partition, beginning);
            partitions.put(
                    partition,
                    beginning == 0
                            ? BlockPartition.fromStart(
                                    source, partition.partition(), partitionCount)
                            : BlockPartition.purged(source, partitionCount));
        }

        private void resume(TopicPartition partition, OffsetAndMetadata committed) {
            consumer.seek(partition, committed);
            partitions.put(partition, BlockPartition.from(source, committed, partitionCount));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            LOG.info("partitions revoked: group={}, partitions={}", source.group(), revoked);
            release(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            LOG.warn("partitions lost: group={}, partitions={}", source.group(), lost);
            lost.forEach(partition -> queue.drop(partition.partition()));
            forget(lost);
        }
    }
}
