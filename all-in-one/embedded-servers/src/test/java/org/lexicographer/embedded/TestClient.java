package org.lexicographer.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The ordinary Kafka clients, with what the tests here ask of them. */
final class TestClient implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofMinutes(15);
    private static final Duration POLL = Duration.ofMillis(100);

    private final String servers;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    TestClient(String servers) {
        this.servers = servers;
        this.admin = Admin.create(settings(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG));
        Map<String, Object> large = settings(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
        large.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) DEADLINE.toMillis());
        large.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20);
        this.producer =
                new KafkaProducer<>(large, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** No client gives up before a test does. */
    private Map<String, Object> settings(String timeout) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", servers);
        settings.put(timeout, (int) DEADLINE.toMillis());
        return settings;
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    void createTopic(String name) throws Exception {
        createTopic(List.of(new NewTopic(name, Optional.of(1), Optional.empty())));
    }

    void createTopic(String name, String setting, String value) throws Exception {
        createTopic(
                List.of(
                        new NewTopic(name, Optional.of(1), Optional.empty())
                                .configs(Map.of(setting, value))));
    }

    private void createTopic(List<NewTopic> topics) throws Exception {
        admin.createTopics(topics).all().get();
    }

    TopicDescription describe(String topic) throws InterruptedException, ExecutionException {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
    }

    /** Returns the ports at which clients are told to look for brokers. */
    List<Integer> brokerPorts() throws Exception {
        return admin.describeCluster().nodes().get().stream().map(Node::port).toList();
    }

    String clusterId() throws Exception {
        return admin.describeCluster().clusterId().get();
    }

    void send(TopicPartition to, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(to.topic(), to.partition(), null, value)).get();
    }

    void purge(TopicPartition partition, long beforeOffset) throws Exception {
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(beforeOffset)))
                .all()
                .get();
    }

    void commit(String group, TopicPartition partition, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    long committed(String group, TopicPartition partition) throws Exception {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(partition)
                .offset();
    }

    List<byte[]> read(TopicPartition from, int records) throws Exception {
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(from));
            consumer.seekToBeginning(List.of(from));
            await(
                    () -> {
                        for (ConsumerRecord<byte[], byte[]> read : consumer.poll(POLL)) {
                            values.add(read.value());
                        }
                        return values.size() >= records;
                    });
        }
        return values;
    }

    static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("condition not met in time: deadline=" + DEADLINE);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    static long bytesUnder(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            long bytes = 0;
            for (Path file : files.filter(f -> f.toString().endsWith(suffix)).toList()) {
                bytes += sizeIfPresent(file);
            }
            return bytes;
        }
    }

    private static long sizeIfPresent(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException deletedMeanwhile) {
            return 0;
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
