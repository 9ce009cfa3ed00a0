package org.lexicographer.allinone.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the messages of a dataset, each once, however often the demo was interrupted. */
public final class ShardPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(ShardPublisher.class);

    private static final Duration PATIENCE = Duration.ofMillis(100);

    private static final int TEN_MINUTES = (int) Duration.ofMinutes(10).toMillis();

    /** A broker that was killed may be away for longer than the client's two minutes. */
    private static final Map<String, Object> SETTINGS =
            Map.of(
                    ProducerConfig.ACKS_CONFIG, "all",
                    ProducerConfig.MAX_BLOCK_MS_CONFIG, TEN_MINUTES,
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TEN_MINUTES);

    private final String bootstrapServers;

    public ShardPublisher(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Publishes, in order, those messages that are not in the topic yet.
     *
     * @return how many were published
     */
    public int publish(List<DatasetMessage> messages) {
        Set<DatasetMessage> present = present();
        List<DatasetMessage> missing =
                messages.stream().filter(message -> !present.contains(message)).toList();
        try (KafkaProducer<String, byte[]> producer = producer()) {
            List<Future<RecordMetadata>> sent =
                    missing.stream().map(message -> producer.send(entry(message))).toList();
            sent.forEach(ShardPublisher::await);
        }
        return missing.size();
    }

    private static void await(Future<RecordMetadata> sent) {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("dataset message cannot be published", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while publishing", e);
        }
    }

    private static ProducerRecord<String, byte[]> entry(DatasetMessage message) {
        return new ProducerRecord<>(Topics.DATASET_SHARDS, message.key(), message.toJson());
    }

    private Set<DatasetMessage> present() {
        Set<DatasetMessage> present = new HashSet<>();
        try (TopicTail tail = TopicTail.of(bootstrapServers, List.of(Topics.DATASET_SHARDS))) {
            tail.all(PATIENCE).forEach(shard -> addIfReadable(shard.value(), present));
        }
        return present;
    }

    private static void addIfReadable(byte[] json, Set<DatasetMessage> messages) {
        try {
            messages.add(DatasetMessage.read(json));
        } catch (InvalidFieldsException someoneElsesMistake) {
            String text = new String(json, StandardCharsets.UTF_8);
            LOG.debug("not a dataset message: record={}", text);
        }
    }

    private KafkaProducer<String, byte[]> producer() {
        return KafkaConnection.plaintext(bootstrapServers)
                .producer(SETTINGS, new StringSerializer(), new ByteArraySerializer());
    }
}
