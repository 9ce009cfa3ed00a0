package org.lexicographer.allinone.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.lexicographer.pipeline.stream.KafkaConnection;

/** Reads topics from their beginning on; for use by one thread. */
public final class TopicTail implements AutoCloseable {

    private static final Duration NO_WAIT = Duration.ZERO;

    /** A broker that is starting on a busy machine takes longer than the client's minute. */
    private static final Map<String, Object> SETTINGS =
            Map.of(
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    false,
                    ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                    (int) Duration.ofMinutes(10).toMillis());

    private final KafkaConsumer<byte[], byte[]> consumer;

    private TopicTail(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Starts at the beginning of every partition of the topics. */
    public static TopicTail of(String bootstrapServers, List<String> topics) {
        KafkaConsumer<byte[], byte[]> consumer =
                KafkaConnection.plaintext(bootstrapServers)
                        .consumer(
                                SETTINGS, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                topics.stream()
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(
                                partition ->
                                        new TopicPartition(
                                                partition.topic(), partition.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return new TopicTail(consumer);
    }

    /** Returns what came within the time; empty when nothing did. */
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration atMost) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        consumer.poll(atMost).forEach(records::add);
        return records;
    }

    /** Returns everything that the topics hold now. */
    public List<ConsumerRecord<byte[], byte[]>> all(Duration patience) {
        var ends = consumer.endOffsets(consumer.assignment());
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            records.addAll(poll(patience));
        }
        return records;
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(NO_WAIT));
    }
}
