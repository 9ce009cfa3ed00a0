package org.lexicographer.allinone.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetMessage;

/** Publishes the messages of a dataset, each once, however often the demo was interrupted. */
public final class ShardPublisher {

    private static final Duration PATIENCE = Duration.ofMillis(100);

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
            missing.forEach(message -> producer.send(entry(message)));
            producer.flush();
        }
        return missing.size();
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
            System.getLogger(ShardPublisher.class.getName())
                    .log(System.Logger.Level.DEBUG, "not a dataset message: {0}", text);
        }
    }

    private KafkaProducer<String, byte[]> producer() {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }
}
