package org.lexicographer.pipeline.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.lexicographer.pipeline.block.ActivationBlockFormat;

/**
 * Reads the blocks of chosen partitions from chosen offsets on; the caller knows where to continue,
 * so the reader belongs to no consumer group. An offset that was purged is an error, never skipped.
 * Topics have their names within the installation. For use by one thread.
 */
public final class BlockReader implements AutoCloseable {

    /** How long to wait for answers of a broker that may be gone. */
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(1);

    private static final int MAX_FETCH_BYTES = 16 << 20;

    /**
     * Room for whole batches: brokers cut off the last one, which is sent once more by the next
     * answer. Records are of {@link ActivationBlockFormat#RECORD_BYTES} or a part of that.
     */
    private static final int MAX_PARTITION_FETCH_BYTES = 2 * BlockWriter.BATCH_BYTES;

    private final Installation installation;
    private final KafkaConsumer<Long, byte[]> consumer;

    /** Connects to the brokers. */
    public BlockReader(KafkaConnection kafka) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MAX_FETCH_BYTES);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_PARTITION_FETCH_BYTES);
        installation = kafka.installation();
        consumer = kafka.consumer(properties, new LongDeserializer(), new ByteArrayDeserializer());
    }

    /** Returns the partitions 0 to P - 1 of a topic. */
    public static List<TopicPartition> partitions(String topic, int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** Reads these partitions, each from its offset on. */
    public void readFrom(Map<TopicPartition, Long> offsets) {
        consumer.assign(offsets.keySet().stream().map(installation::atBrokers).toList());
        offsets.forEach(
                (partition, offset) -> consumer.seek(installation.atBrokers(partition), offset));
    }

    /**
     * Returns the next records, of any of the partitions that are not paused; empty when none came
     * within the time.
     *
     * @throws org.apache.kafka.clients.consumer.OffsetOutOfRangeException when an offset was purged
     * @throws KafkaException when the brokers do not answer, or a record is {@link #isDamage
     *     damaged}
     */
    public List<ConsumerRecord<Long, byte[]>> poll(Duration atMost) {
        List<ConsumerRecord<Long, byte[]>> records = new ArrayList<>();
        consumer.poll(atMost).forEach(record -> records.add(installation.own(record)));
        return records;
    }

    /** Returns the partition, by its own name, of a record whose key or value is none. */
    public TopicPartition partition(RecordDeserializationException unreadable) {
        return installation.own(unreadable.topicPartition());
    }

    /**
     * Tells whether a poll failed because of what the broker has stored: it is damaged, and asking
     * again will not help. The client has no exception of its own for that.
     */
    public static boolean isDamage(KafkaException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("Received exception when fetching the next record")
                || message.startsWith("Encountered corrupt message");
    }

    /** Says what a poll that failed for damage has found. */
    public static String damage(KafkaException failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure.getMessage() : cause.getMessage();
    }

    /** Stops fetching from these partitions and resumes all others. */
    public void pauseOnly(Collection<TopicPartition> paused) {
        Set<TopicPartition> atBrokers =
                paused.stream().map(installation::atBrokers).collect(Collectors.toSet());
        consumer.resume(
                consumer.assignment().stream().filter(p -> !atBrokers.contains(p)).toList());
        consumer.pause(atBrokers);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(TIME_TO_CLOSE));
    }
}
