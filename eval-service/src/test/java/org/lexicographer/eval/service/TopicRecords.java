package org.lexicographer.eval.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;

/** Writes records to topics and waits for records of topics with one partition. */
public record TopicRecords(String bootstrapServers) {

    private static final Duration POLL = Duration.ofMillis(200);

    public void send(String topic, String key, byte[] value) {
        try (KafkaProducer<String, byte[]> producer =
                connection()
                        .producer(Map.of(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value));
        }
    }

    /** Returns the first record of the topic that is wanted. */
    public ConsumerRecord<String, byte[]> await(
            String topic, Predicate<ConsumerRecord<String, byte[]>> wanted) {
        List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
        try (KafkaConsumer<String, byte[]> consumer =
                connection()
                        .consumer(
                                Map.of(), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();
            Await.until(
                    "the record is there: topic=" + topic,
                    () -> {
                        consumer.poll(POLL).forEach(seen::add);
                        return seen;
                    },
                    records -> records.stream().anyMatch(wanted));
            return seen.stream().filter(wanted).findFirst().orElseThrow();
        }
    }

    private KafkaConnection connection() {
        return KafkaConnection.of(PatientClients.settings(bootstrapServers));
    }
}
