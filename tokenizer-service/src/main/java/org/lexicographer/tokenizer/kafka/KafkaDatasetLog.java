package org.lexicographer.tokenizer.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.tokenizer.stream.DatasetEntry;
import org.lexicographer.tokenizer.stream.DatasetLog;
import org.lexicographer.tokenizer.stream.RunFailedException;

/**
 * The dataset messages of one run, read from its partition of the topic; belongs to no consumer
 * group. Unusable records are passed over, as the listener sets them aside.
 */
public final class KafkaDatasetLog implements DatasetLog {

    private static final String MAX_POLL_RECORDS = "100";

    private final String run;
    private final ShardTraces traces;
    private final KafkaConsumer<String, byte[]> consumer;
    private final int partitions;
    private final TopicPartition partition;
    private final Deque<ConsumerRecord<String, byte[]>> polled = new ArrayDeque<>();

    /**
     * Connects to the brokers; the topic must exist.
     *
     * @param traces takes note of the shards that are read
     */
    public KafkaDatasetLog(KafkaConnection kafka, String run, ShardTraces traces) {
        this.run = requireNonNull(run, "run is null");
        this.traces = requireNonNull(traces, "traces is null");
        Map<String, Object> own =
                Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        MAX_POLL_RECORDS);
        consumer = kafka.consumer(own, new StringDeserializer(), new ByteArrayDeserializer());
        String topic = kafka.installation().atBrokers(Topics.DATASET_SHARDS);
        try {
            partitions = partitions(consumer, topic);
        } catch (KafkaException e) {
            close();
            throw e;
        }
        partition = new TopicPartition(topic, DatasetPartitions.of(run, partitions));
        consumer.assign(List.of(partition));
    }

    private static int partitions(KafkaConsumer<String, byte[]> consumer, String topic) {
        int found = consumer.partitionsFor(topic).size();
        if (found == 0) {
            throw new UnknownTopicOrPartitionException("topic missing: topic=" + topic);
        }
        return found;
    }

    /** Returns the offset after the last message that the partition holds, of any run. */
    public long end() {
        return consumer.endOffsets(List.of(partition)).get(partition);
    }

    @Override
    public void readFrom(DatasetPosition position) {
        long beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
        boolean fromStart = position.equals(DatasetPosition.START);
        if (!fromStart && position.shardOffset() < beginning) {
            throw new RunFailedException(
                    "dataset shards purged: partition=%s, expected=%d, first=%d"
                            .formatted(partition, position.shardOffset(), beginning));
        }
        polled.clear();
        consumer.seek(partition, fromStart ? beginning : position.shardOffset());
    }

    @Override
    public Optional<DatasetEntry> poll(Duration atMost) {
        if (polled.isEmpty()) {
            consumer.poll(atMost).forEach(polled::add);
        }
        while (!polled.isEmpty()) {
            Optional<DatasetEntry> entry = entry(polled.remove());
            if (entry.isPresent()) {
                return entry;
            }
        }
        return Optional.empty();
    }

    private Optional<DatasetEntry> entry(ConsumerRecord<String, byte[]> record) {
        if (!run.equals(record.key())) {
            return Optional.empty();
        }
        try {
            DatasetMessage message = DatasetRecords.read(record, partitions);
            traces.read(record, message);
            return Optional.of(
                    new DatasetEntry(record.partition(), record.offset(), record.value(), message));
        } catch (InvalidFieldsException setAsideByTheListener) {
            return Optional.empty();
        }
    }

    /** An interrupt told the job to stop; closing is part of that and must not trip over it. */
    @Override
    public void close() {
        Thread.interrupted();
        consumer.close();
    }
}
