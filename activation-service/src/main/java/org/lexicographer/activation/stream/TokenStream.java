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
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This replica's share of a run's token blocks: reads them into a {@link BlockQueue} and commits an
 * offset when all activation records of the block before it are stored. For use by one thread.
 *
 * <p>It never stops polling, so that it stays in its group however long a forward pass takes. When
 * it loses a partition, it drops what is queued and finishes what is under way; when it gains one,
 * it continues where its predecessor has committed.
 */
public final class TokenStream implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TokenStream.class);
    private static final Duration COMMIT = Duration.ofSeconds(3);

    private final RunSpec spec;
    private final long firstBlock;
    private final BlockQueue queue;
    private final Duration finishWithin;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, TokenPartition> partitions = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
    private boolean committing;

    /**
     * Joins the run's group; the topic need not exist yet.
     *
     * @param firstBlock the number of the first block that the run's topic has held
     * @param finishWithin how long giving partitions up waits for the blocks that are under way
     */
    public TokenStream(
            KafkaConnection kafka,
            RunSpec spec,
            long firstBlock,
            BlockQueue queue,
            Duration finishWithin) {
        this.spec = spec;
        this.firstBlock = firstBlock;
        this.queue = queue;
        this.finishWithin = finishWithin;
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        consumer = kafka.consumer(properties(spec.run()), bytes, bytes);
        consumer.subscribe(List.of(Topics.tokenBlocks(spec.run())), new Partitions());
    }

    private static Map<String, Object> properties(String run) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, Topics.activationGroup(run));
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

    /** The client names the partition only in the text of its message. */
    private LostBlockException damaged(KafkaException e) {
        long least = partitions.values().stream().mapToLong(TokenPartition::next).min().orElse(-1);
        String message =
                "token block lost: sequence=%d or later, reason=%s"
                        .formatted(least, BlockReader.damage(e));
        return new LostBlockException(least, message, e);
    }

    private LostBlockException removed(OffsetOutOfRangeException e) {
        TopicPartition first = e.offsetOutOfRangePartitions().keySet().iterator().next();
        long next = partitions.get(first).next();
        String message =
                "token block removed before it was read: sequence=%d, offsets=%s"
                        .formatted(next, e.offsetOutOfRangePartitions());
        return new LostBlockException(next, message, e);
    }

    private void admit(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        QueuedBlock block = partitions.get(partition).admit(record);
        if (!block.stored().isDone()) {
            queue.add(block);
        }
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
                    } else {
                        LOG.debug("offsets not committed: offsets={}", offsets, failure);
                    }
                });
    }

    private void takeStored(Collection<TopicPartition> of) {
        of.forEach(p -> partitions.get(p).takeStored().ifPresent(offset -> due.put(p, offset)));
    }

    /** Returns how many blocks of this replica's partitions are not stored yet. */
    public long lagBlocks() {
        long unread =
                consumer.assignment().stream()
                        .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                        .sum();
        return unread + partitions.values().stream().mapToInt(p -> p.underway().size()).sum();
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
                // Whoever gets the partitions repeats these blocks; the trainers drop the copies.
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
            LOG.info("partitions assigned: run={}, partitions={}", spec.run(), assigned);
        }

        private void start(TopicPartition partition, long beginning) {
            int count = spec.tokenBlock().partitions();
            consumer.seek(partition, beginning);
            partitions.put(
                    partition,
                    beginning == 0
                            ? TokenPartition.fromStart(partition.partition(), count, firstBlock)
                            : TokenPartition.purged(count));
        }

        private void resume(TopicPartition partition, OffsetAndMetadata committed) {
            consumer.seek(partition, committed);
            partitions.put(
                    partition, TokenPartition.from(committed, spec.tokenBlock().partitions()));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            LOG.info("partitions revoked: run={}, partitions={}", spec.run(), revoked);
            release(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            LOG.warn("partitions lost: run={}, partitions={}", spec.run(), lost);
            lost.forEach(partition -> queue.drop(partition.partition()));
            forget(lost);
        }
    }
}
