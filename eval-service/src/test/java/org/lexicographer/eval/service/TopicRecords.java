package org.lexicographer.eval.service;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes records to topics and waits for records of topics with one partition. */
public record TopicRecords(String bootstrapServers) {

    private static final Duration DEADLINE = Duration.ofMinutes(15);
    private static final Duration POLL = Duration.ofMillis(200);

    public void send(String topic, String key, byte[] value) {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(
                        properties(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value));
        }
    }

    /** Returns the first record of the topic that is wanted. */
    public ConsumerRecord<String, byte[]> await(
            String topic, Predicate<ConsumerRecord<String, byte[]>> wanted) {
        Instant deadline = Instant.now().plus(DEADLINE);
        List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(
                        properties(), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (Instant.now().isBefore(deadline)) {
                var found =
                        StreamSupport.stream(consumer.poll(POLL).spliterator(), false)
                                .filter(wanted)
                                .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new AssertionError("no such record within %s: topic=%s".formatted(DEADLINE, topic));
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", bootstrapServers));
        return properties;
    }
}
