package org.lexicographer.pipeline.stream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.trace.TraceParent;

/**
 * Writes blocks to their topics: block n of a topic with P partitions goes to partition n mod P.
 * Delivery is at least once and in order within a partition. A broker that is away is waited for,
 * ten minutes long. Safe for use by several threads.
 */
public final class BlockWriter implements AutoCloseable {

    private static final int MAX_RECORD_BYTES = 8 << 20;
    private static final long BUFFER_BYTES = 64L << 20;

    /** Holds a whole record with its frame: the memory of larger batches is not used again. */
    static final int BATCH_BYTES = ActivationBlockFormat.RECORD_BYTES + (4 << 10);

    private static final int BROKER_AWAY_MS = (int) Duration.ofMinutes(10).toMillis();
    private static final Map<String, Object> OWN =
            Map.of(
                    ProducerConfig.ACKS_CONFIG,
                    "all",
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    true,
                    // With more than one request on its way, a new topic's partition may refuse the
                    // first as unknown and take the second: the first block would never get in.
                    ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                    1,
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                    BROKER_AWAY_MS,
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    BROKER_AWAY_MS,
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    MAX_RECORD_BYTES,
                    ProducerConfig.BUFFER_MEMORY_CONFIG,
                    BUFFER_BYTES,
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    BATCH_BYTES,
                    ProducerConfig.LINGER_MS_CONFIG,
                    0);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final KafkaConnection kafka;
    private KafkaProducer<Long, byte[]> producer;

    /** Takes the connection to the brokers; it is made when the first block is written. */
    public BlockWriter(KafkaConnection kafka) {
        this.kafka = requireNonNull(kafka, "kafka is null");
    }

    private synchronized KafkaProducer<Long, byte[]> producer() {
        if (producer == null) {
            producer = kafka.producer(OWN, new LongSerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    /**
     * Sends one block.
     *
     * @param topic its name within the installation
     * @param sequence the block's number n
     * @param partitions the topic's number of partitions P
     * @return completes when the block is stored on all in-sync replicas, exceptionally when the
     *     broker would not take it
     */
    public CompletableFuture<Void> write(
            String topic, long sequence, int partitions, byte[] block) {
        return write(topic, sequence, partitions, block, Optional.empty());
    }

    /** As {@link #write(String, long, int, byte[])}, with the place in a trace that it is from. */
    public CompletableFuture<Void> write(
            String topic,
            long sequence,
            int partitions,
            byte[] block,
            Optional<TraceParent> trace) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        int partition = (int) (sequence % partitions);
        ProducerRecord<Long, byte[]> record =
                new ProducerRecord<>(
                        kafka.installation().atBrokers(topic), partition, sequence, block);
        trace.ifPresent(place -> place.addTo(record.headers()));
        producer()
                .send(
                        record,
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
    public synchronized void close() {
        if (producer != null) {
            producer.close(CLOSE);
        }
    }
}
