package org.lexicographer.pipeline.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongSerializer;

/**
 * Writes blocks to their topics: block n of a topic with P partitions goes to partition n mod P.
 * Delivery is at least once and in order within a partition. A broker that is away is waited for,
 * ten minutes long. Safe for use by several threads.
 */
public final class BlockWriter implements AutoCloseable {

    private static final int MAX_RECORD_BYTES = 8 << 20;
    private static final long BUFFER_BYTES = 64L << 20;
    private static final int BROKER_AWAY_MS = (int) Duration.ofMinutes(10).toMillis();
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final KafkaProducer<Long, byte[]> producer;

    /** Connects to the brokers in plain text. */
    public BlockWriter(String bootstrapServers) {
        this(KafkaConnection.plaintext(bootstrapServers));
    }

    /** Connects to the brokers. */
    public BlockWriter(KafkaConnection kafka) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // With more than one request on its way, a new topic's partition may refuse the first as
        // unknown and take the second: the first block would then never get in.
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, BROKER_AWAY_MS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BROKER_AWAY_MS);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer = kafka.producer(properties, new LongSerializer(), new ByteArraySerializer());
    }

    /**
     * Sends one block.
     *
     * @param sequence the block's number n
     * @param partitions the topic's number of partitions P
     * @return completes when the block is stored on all in-sync replicas, exceptionally when the
     *     broker would not take it
     */
    public CompletableFuture<Void> write(
            String topic, long sequence, int partitions, byte[] block) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        int partition = (int) (sequence % partitions);
        producer.send(
                new ProducerRecord<>(topic, partition, sequence, block),
                (metadata, failure) -> {
                    if (failure == null) {
                        stored.complete(null);
                    } else {
                        stored.completeExceptionally(failure);
                    }
                });
        return stored;
    }

    /** Waits up to ten seconds for what was sent, gives up the rest, then closes. */
    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
