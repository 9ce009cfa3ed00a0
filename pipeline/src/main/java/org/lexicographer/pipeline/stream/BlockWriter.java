package org.lexicographer.pipeline.stream;

import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongSerializer;

/**
 * Writes blocks to their topics: block n of a topic with P partitions goes to partition n mod P.
 * Delivery is at least once and in order within a partition. Safe for use by several threads.
 */
public final class BlockWriter implements AutoCloseable {

    private static final int MAX_RECORD_BYTES = 8 << 20;
    private static final long BUFFER_BYTES = 64L << 20;

    private final KafkaProducer<Long, byte[]> producer;

    /** Connects to the brokers. */
    public BlockWriter(String bootstrapServers) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer = new KafkaProducer<>(properties, new LongSerializer(), new ByteArraySerializer());
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

    /** Waits for what was sent, then closes. */
    @Override
    public void close() {
        producer.close();
    }
}
