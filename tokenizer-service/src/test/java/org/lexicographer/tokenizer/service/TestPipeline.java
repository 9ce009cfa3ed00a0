package org.lexicographer.tokenizer.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;

/** What is around the service: the topics and the object store, as a test sees them. */
final class TestPipeline implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaProducer<String, byte[]> producer =
            connection().producer(Map.of(), new StringSerializer(), new ByteArraySerializer());

    private static KafkaConnection connection() {
        return KafkaConnection.of(PatientClients.settings(setting("kafka.bootstrap.servers")));
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }

    ObjectStore store() {
        return MinioObjectStore.of(
                S3Endpoint.of(
                        setting("object-store.endpoint"),
                        setting("object-store.access-key"),
                        setting("object-store.secret-key")),
                setting("object-store.bucket"));
    }

    void publish(RunSpec spec) {
        send(Topics.RUNS, spec.run(), spec.toJson());
    }

    void send(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key, value));
        producer.flush();
    }

    Set<String> topics() {
        try (KafkaConsumer<String, byte[]> consumer = consumer(Topics.RUNS)) {
            return consumer.listTopics().keySet();
        }
    }

    /** Waits for the tokenizer's progress to be in one of the final states. */
    RunProgress end(String run) {
        return await(
                Topics.RUN_PROGRESS,
                records ->
                        records.stream()
                                .filter(record -> record.key().equals(run + "/tokenizer"))
                                .map(record -> RunProgress.read(record.value()))
                                .filter(
                                        progress ->
                                                progress.state() == RunProgress.State.ENDED
                                                        || progress.state()
                                                                == RunProgress.State.FAILED)
                                .findFirst());
    }

    /** Returns the stored token blocks of a run in the order of their numbers. */
    List<TokenBlock> blocks(String run) {
        return read(Topics.tokenBlocks(run)).stream()
                .map(record -> TokenBlockFormat.decode(record.value()))
                .sorted(Comparator.comparing(TokenBlock::sequence))
                .toList();
    }

    /** Waits for that many records under the key to be set aside. */
    List<Map<String, String>> rejected(String key, int count) {
        return await(
                Topics.REJECTED,
                records -> {
                    List<Map<String, String>> headers =
                            records.stream()
                                    .filter(record -> key.equals(record.key()))
                                    .map(TestPipeline::headers)
                                    .toList();
                    return headers.size() >= count ? Optional.of(headers) : Optional.empty();
                });
    }

    private static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
        return Stream.of(record.headers().toArray())
                .collect(Collectors.toMap(h -> h.key(), h -> new String(h.value(), UTF_8)));
    }

    private <T> T await(
            String topic, Function<List<ConsumerRecord<String, byte[]>>, Optional<T>> found) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = consumer(topic)) {
            Await.until(
                    "what is looked for is there: topic=" + topic,
                    () -> {
                        consumer.poll(POLL).forEach(records::add);
                        return records;
                    },
                    seen -> found.apply(seen).isPresent());
        }
        return found.apply(records).orElseThrow();
    }

    private List<ConsumerRecord<String, byte[]>> read(String topic) {
        try (KafkaConsumer<String, byte[]> consumer = consumer(topic)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            Predicate<TopicPartition> behind = p -> consumer.position(p) < ends.get(p);
            while (ends.keySet().stream().anyMatch(behind)) {
                consumer.poll(POLL).forEach(records::add);
            }
            return records;
        }
    }

    private static KafkaConsumer<String, byte[]> consumer(String topic) {
        KafkaConsumer<String, byte[]> consumer =
                connection()
                        .consumer(Map.of(), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(p -> new TopicPartition(p.topic(), p.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    @Override
    public void close() {
        producer.close();
    }
}
