package org.lexicographer.activation.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.activation.TestRuns;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;

/** A broker with what tests do at both ends of a job: write token blocks, read activations. */
final class TestBroker implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Path folder;
    private EmbeddedKafka kafka;
    private final BlockTopics topics;
    private final BlockWriter writer;

    TestBroker(Path folder) {
        this.folder = folder;
        kafka = EmbeddedKafka.start(folder);
        topics = new BlockTopics(patient());
        writer = new BlockWriter(patient());
    }

    /** Returns the connection of the job that is tested. */
    KafkaConnection connection() {
        return KafkaConnection.plaintext(kafka.bootstrapServers());
    }

    private KafkaConnection patient() {
        return KafkaConnection.of(PatientClients.settings(kafka.bootstrapServers()));
    }

    /** Stops the broker and starts it again where it was. */
    void restart() {
        String servers = kafka.bootstrapServers();
        int port = Integer.parseInt(servers.substring(servers.lastIndexOf(':') + 1));
        kafka.close();
        kafka = EmbeddedKafka.start(folder, port);
    }

    BlockTopics topics() {
        return topics;
    }

    /** Waits until the condition holds. */
    static void await(String what, BooleanSupplier condition) {
        Await.until(what, condition::getAsBoolean);
    }

    void createTokenTopic(String run) {
        topics.ensure(Topics.tokenBlocks(run), TestRuns.PARTITIONS);
    }

    void write(String run, long fromSequence, long toSequence) {
        LongStream.range(fromSequence, toSequence)
                .forEach(sequence -> write(run, TestRuns.block(sequence)));
    }

    void write(String run, TokenBlock block) {
        write(run, block.sequence(), TokenBlockFormat.encode(block));
    }

    void write(String run, long sequence, byte[] value) {
        createTokenTopic(run);
        writer.write(Topics.tokenBlocks(run), sequence, TestRuns.PARTITIONS, value).join();
    }

    /** Writes a record to a topic of blocks. */
    void writeTo(String topic, long sequence, byte[] value) {
        topics.ensure(topic, TestRuns.PARTITIONS);
        writer.write(topic, sequence, TestRuns.PARTITIONS, value).join();
    }

    private static List<TopicPartition> partitions(String topic) {
        return BlockReader.partitions(topic, TestRuns.PARTITIONS);
    }

    /** Returns the number of records of a site's activation blocks. */
    long activationRecords(String run, Site site) {
        return recordsWritten(Topics.activationBlocks(run, site));
    }

    /** Returns how many records a topic has held. */
    long recordsWritten(String topic) {
        return topics.ends(partitions(topic)).values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns how many records a topic holds. */
    long recordsLeft(String topic) {
        long purged =
                topics.beginnings(partitions(topic)).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
        return recordsWritten(topic) - purged;
    }

    /** Returns all records of a site's activation blocks. */
    List<ConsumerRecord<Long, byte[]>> activations(String run, Site site) {
        return records(Topics.activationBlocks(run, site));
    }

    /** Returns all records of a topic of which nothing was purged. */
    List<ConsumerRecord<Long, byte[]>> records(String topic) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> start = new HashMap<>();
        partitions.forEach(partition -> start.put(partition, 0L));
        long count = recordsWritten(topic);
        List<ConsumerRecord<Long, byte[]>> records = new ArrayList<>();
        try (BlockReader reader = new BlockReader(patient())) {
            reader.readFrom(start);
            while (records.size() < count) {
                records.addAll(reader.poll(POLL));
            }
        }
        return records;
    }

    static List<Long> sequences(List<ConsumerRecord<Long, byte[]>> records, int partition) {
        return records.stream()
                .filter(record -> record.partition() == partition)
                .map(ConsumerRecord::key)
                .toList();
    }

    static float[] values(ConsumerRecord<Long, byte[]> record) {
        ActivationBlock block = ActivationBlockFormat.decode(record.value());
        float[] values = new float[block.rows() * block.activationDim()];
        block.copyTo(values, 0);
        return values;
    }

    /** Says that the trainer of a site has taken everything of some of its topics. */
    void takeAll(RunSpec spec, Site trained, Site... read) {
        Map<TopicPartition, Long> taken = new HashMap<>();
        for (Site site : read) {
            String topic = Topics.activationBlocks(spec.run(), site);
            taken.putAll(topics.ends(partitions(topic)));
        }
        topics.commit(Topics.trainerGroup(spec.run(), trained), taken);
    }

    /** Returns how many token blocks the run's group has committed. */
    long committedBlocks(String run) {
        return topics.committed(Topics.activationGroup(run)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    @Override
    public void close() {
        writer.close();
        topics.close();
        kafka.close();
    }
}
