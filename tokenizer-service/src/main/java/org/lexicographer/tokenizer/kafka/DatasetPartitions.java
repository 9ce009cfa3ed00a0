package org.lexicographer.tokenizer.kafka;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.stream.BlockTopics;

/**
 * Tells in which partition the messages about a run's dataset lie. The number of partitions is
 * asked for once: it must not change during a run, whose messages would then lie in two partitions.
 */
public final class DatasetPartitions {

    private final BlockTopics topics;
    private int count;

    /** Creates the map of an existing topic. */
    public DatasetPartitions(BlockTopics topics) {
        this.topics = requireNonNull(topics, "topics is null");
    }

    /**
     * Returns the number of partitions.
     *
     * @throws UnknownTopicOrPartitionException when the topic is not there (yet)
     */
    public synchronized int count() {
        if (count == 0) {
            count =
                    topics.partitions(Topics.DATASET_SHARDS)
                            .orElseThrow(
                                    () ->
                                            new UnknownTopicOrPartitionException(
                                                    "topic missing: topic="
                                                            + Topics.DATASET_SHARDS));
        }
        return count;
    }

    /** Returns the partition of a run. */
    public int of(String run) {
        return of(run, count());
    }

    /** Returns the partition of a run among that many, as Kafka's own clients choose it. */
    public static int of(String run, int partitions) {
        byte[] key = run.getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
