package org.lexicographer.trainer.stream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runstore.RunExtensions;

/** The token blocks that a run's activations are made of, as far as they are still there. */
public final class TokenBlocks {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_EMPTY_POLLS = 150;

    private final KafkaConnection kafka;
    private final BlockTopics topics;
    private final RunExtensions extensions;
    private final RunSpec spec;

    /** Looks for the blocks of a run, the one that it went on after among them. */
    public TokenBlocks(
            KafkaConnection kafka, BlockTopics topics, RunExtensions extensions, RunSpec spec) {
        this.kafka = requireNonNull(kafka, "kafka is null");
        this.topics = requireNonNull(topics, "topics is null");
        this.extensions = requireNonNull(extensions, "extensions is null");
        this.spec = requireNonNull(spec, "spec is null");
    }

    /**
     * Returns a block as it was written; empty where it is gone. Of a run that has gone on with so
     * few steps that no further block was taken, the block is one of the shorter run's, whose topic
     * is gone: the one that the run's extension kept.
     *
     * @throws TimeoutException when the brokers do not give their records away
     */
    public Optional<byte[]> find(long sequence) {
        return extensions.blockBefore(spec, sequence).or(() -> inTopic(sequence));
    }

    /**
     * Tells whether the topic has lost a block, and perhaps others: what is left of its partition
     * begins with a later one. What was not written yet is not lost.
     *
     * @throws TimeoutException when the brokers do not give their records away
     */
    public boolean isLost(long sequence) {
        return first(partOf(sequence), key -> true)
                .filter(first -> first.key() > sequence)
                .isPresent();
    }

    private Optional<byte[]> inTopic(long sequence) {
        return find(sequence, partOf(sequence));
    }

    private Part partOf(long sequence) {
        int partition = (int) (sequence % spec.tokenBlock().partitions());
        TopicPartition place = new TopicPartition(Topics.tokenBlocks(spec.run()), partition);
        long end = topics.endsOfExisting(List.of(place)).getOrDefault(place, 0L);
        return new Part(place, beginning(place, end), end);
    }

    /** Returns a block of a part. */
    Optional<byte[]> find(long sequence, Part part) {
        return first(part, key -> key == sequence).map(ConsumerRecord::value);
    }

    /** Returns the first block of some; those at the beginning may have been purged meanwhile. */
    private Optional<ConsumerRecord<Long, byte[]>> first(Part part, LongPredicate sequence) {
        Part left = part;
        while (true) {
            try {
                return read(sequence, left);
            } catch (OffsetOutOfRangeException e) {
                left = left.from(beginningAfter(left));
            }
        }
    }

    /** Blocks that all jobs have trained on are purged at any time, while others are read too. */
    private long beginningAfter(Part part) {
        long next = beginning(part.place(), part.end());
        if (next <= part.first()) {
            throw new IllegalStateException(
                    "offset neither there nor purged: partition=%s, offset=%d, beginning=%d"
                            .formatted(part.place(), part.first(), next));
        }
        return next;
    }

    private long beginning(TopicPartition place, long end) {
        return topics.beginnings(topics.existing(List.of(place))).getOrDefault(place, end);
    }

    /** The offsets of a partition from the first, and before the end. */
    record Part(TopicPartition place, long first, long end) {

        Part from(long later) {
            return new Part(place, later, end);
        }
    }

    private Optional<ConsumerRecord<Long, byte[]>> read(LongPredicate sequence, Part part) {
        long next = part.first();
        int empty = 0;
        try (BlockReader reader = new BlockReader(kafka)) {
            reader.readFrom(Map.of(part.place(), next));
            while (next < part.end()) {
                List<ConsumerRecord<Long, byte[]>> records = reader.poll(POLL);
                empty = records.isEmpty() ? empty + 1 : 0;
                if (empty == MOST_EMPTY_POLLS) {
                    throw new TimeoutException(
                            "token blocks not read: partition=%s, offset=%d"
                                    .formatted(part.place(), next));
                }
                for (ConsumerRecord<Long, byte[]> record : records) {
                    if (sequence.test(record.key())) {
                        return Optional.of(record);
                    }
                    next = record.offset() + 1;
                }
            }
        }
        return Optional.empty();
    }
}
