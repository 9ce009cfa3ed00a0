package org.lexicographer.pipeline.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.ActivationBlockFormat.WholeBlock;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;

class BlockStreamTest {

    private static final int PARTITIONS = 3;
    private static final Duration POLL = Duration.ofMillis(200);

    /** Held here because loggers that nobody holds forget their level. */
    private static final List<Logger> QUIET =
            EmbeddedKafka.LOGGERS.stream().map(Logger::getLogger).toList();

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;

    private BlockTopics topics;
    private BlockWriter writer;
    private String topic;

    @BeforeAll
    static void start() {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
        kafka = EmbeddedKafka.start(folder);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @BeforeEach
    void connect(TestInfo test) {
        topics = new BlockTopics(connection());
        writer = new BlockWriter(connection());
        topic = "blocks." + test.getTestMethod().orElseThrow().getName();
    }

    private static KafkaConnection connection() {
        return KafkaConnection.of(PatientClients.settings(kafka.bootstrapServers()));
    }

    @AfterEach
    void disconnect() {
        writer.close();
        topics.close();
    }

    private void write(int blocks) {
        topics.ensure(topic, PARTITIONS);
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        for (long n = 0; n < blocks; n++) {
            stored.add(writer.write(topic, n, PARTITIONS, new byte[] {(byte) n, 1, 2}));
        }
        stored.forEach(CompletableFuture::join);
    }

    private List<TopicPartition> partitions() {
        return BlockReader.partitions(topic, PARTITIONS);
    }

    private Map<TopicPartition, Long> everyOffset(long offset) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        partitions().forEach(partition -> offsets.put(partition, offset));
        return offsets;
    }

    private List<ConsumerRecord<Long, byte[]>> read(BlockReader reader, int records) {
        List<ConsumerRecord<Long, byte[]>> found = new ArrayList<>();
        long deadline = System.nanoTime() + Await.BOUND.toNanos();
        while (found.size() < records && System.nanoTime() < deadline) {
            found.addAll(reader.poll(POLL));
        }
        return found;
    }

    private static List<Long> keys(List<ConsumerRecord<Long, byte[]>> records, int partition) {
        return records.stream()
                .filter(record -> record.partition() == partition)
                .map(ConsumerRecord::key)
                .toList();
    }

    @Test
    void blockNLiesInPartitionNModPInTheOrderOfTheSequence() {
        // Given
        write(10);

        // When
        List<ConsumerRecord<Long, byte[]>> records;
        try (BlockReader reader = new BlockReader(connection())) {
            reader.readFrom(everyOffset(0));
            records = read(reader, 10);
        }

        // Then
        assertThat(keys(records, 0)).containsExactly(0L, 3L, 6L, 9L);
        assertThat(keys(records, 1)).containsExactly(1L, 4L, 7L);
        assertThat(keys(records, 2)).containsExactly(2L, 5L, 8L);
        assertThat(records).allMatch(record -> record.value()[0] == record.key());
    }

    /**
     * A record that brokers cut off is sent once more: half of all traffic, if it is the second.
     */
    @Test
    void anAnswerHoldsWholeRecords() {
        // Given
        FloatBuffer values = FloatBuffer.allocate(2 * ActivationBlockFormat.RECORD_BYTES / 4);
        List<byte[]> records =
                ActivationBlockFormat.encode(
                        new WholeBlock(0, 512, 0, values), ActivationType.FLOAT32);
        topics.ensure(topic, 1);
        records.stream().map(it -> writer.write(topic, 0, 1, it)).toList().forEach(it -> it.join());

        // When
        List<ConsumerRecord<Long, byte[]>> first = List.of();
        try (BlockReader reader = new BlockReader(connection())) {
            reader.readFrom(Map.of(new TopicPartition(topic, 0), 0L));
            for (int poll = 0; first.isEmpty() && poll < 100; poll++) {
                first = reader.poll(POLL);
            }
        }

        // Then
        assertThat(first).hasSize(2).hasSameSizeAs(records);
    }

    @Test
    void aRecordThatIsDamagedOnTheBrokersDiskIsNoOutage() throws IOException {
        // Given
        write(6);
        damage(topic + "-1");

        // When, Then
        try (BlockReader reader = new BlockReader(connection())) {
            reader.readFrom(Map.of(new TopicPartition(topic, 1), 0L));
            assertThatExceptionOfType(KafkaException.class)
                    .isThrownBy(() -> read(reader, 2))
                    .matches(BlockReader::isDamage)
                    .satisfies(e -> assertThat(BlockReader.damage(e)).contains(topic + "-1"))
                    .satisfies(e -> assertThat(BlockReader.damage(e)).contains("is corrupt"));
        }
        assertThat(BlockReader.isDamage(new TimeoutException("no answer"))).isFalse();
    }

    /** Changes the last byte of a partition's only segment, which is in its last record. */
    private static void damage(String partition) throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.walk(folder)) {
            segments =
                    files.filter(file -> file.getParent().endsWith(partition))
                            .filter(file -> file.toString().endsWith(".log"))
                            .toList();
        }
        try (RandomAccessFile file = new RandomAccessFile(segments.getFirst().toFile(), "rw")) {
            file.seek(file.length() - 2);
            int before = file.read();
            file.seek(file.length() - 2);
            file.write(before ^ 1);
        }
    }

    @Test
    void readingStartsWhereItIsAskedTo() {
        // Given
        write(9);

        // When
        List<ConsumerRecord<Long, byte[]>> records;
        try (BlockReader reader = new BlockReader(connection())) {
            reader.readFrom(everyOffset(2));
            records = read(reader, PARTITIONS);
        }

        // Then
        assertThat(records).extracting(ConsumerRecord::key).containsExactlyInAnyOrder(6L, 7L, 8L);
    }

    @Test
    void aPausedPartitionYieldsNothingUntilItIsResumed() {
        // Given
        write(6);
        try (BlockReader reader = new BlockReader(connection())) {
            reader.readFrom(everyOffset(0));
            reader.pauseOnly(List.of(new TopicPartition(topic, 1)));

            // When
            List<ConsumerRecord<Long, byte[]>> before = read(reader, 4);
            reader.pauseOnly(List.of());
            List<ConsumerRecord<Long, byte[]>> after = read(reader, 2);

            // Then
            assertThat(before)
                    .extracting(ConsumerRecord::key)
                    .containsExactlyInAnyOrder(0L, 3L, 2L, 5L);
            assertThat(after).extracting(ConsumerRecord::key).containsExactly(1L, 4L);
        }
    }

    @Test
    void anOffsetThatWasPurgedIsAnErrorAndNeverSkipped() {
        // Given
        write(9);
        topics.purge(everyOffset(2));

        // Then
        assertThat(topics.beginnings(partitions())).isEqualTo(everyOffset(2));
        try (BlockReader reader = new BlockReader(connection())) {
            reader.readFrom(everyOffset(1));
            assertThatExceptionOfType(OffsetOutOfRangeException.class)
                    .isThrownBy(() -> read(reader, 1));
        }
    }

    @Test
    void blocksOfSeveralMegabytesPass() {
        // Given
        topics.ensure(topic, 1);
        byte[] block = new byte[4 << 20];
        block[block.length - 1] = 42;

        // When
        writer.write(topic, 0, 1, block).join();

        // Then
        try (BlockReader reader = new BlockReader(connection())) {
            reader.readFrom(Map.of(new TopicPartition(topic, 0), 0L));
            assertThat(read(reader, 1))
                    .hasSize(1)
                    .first()
                    .matches(r -> r.value().length == 4 << 20);
        }
    }

    @Test
    void aBlockThatNoBrokerTakesFailsItsFuture() {
        // Given
        topics.ensure(topic, 1);

        // Then
        assertThat(writer.write(topic, 0, 1, new byte[9 << 20]))
                .failsWithin(Await.BOUND)
                .withThrowableThat()
                .withMessageContaining("RecordTooLargeException");
    }

    @Test
    void aTopicIsCreatedOnce() {
        // When
        topics.ensure(topic, PARTITIONS);
        topics.ensure(topic, PARTITIONS);

        // Then
        assertThat(topics.partitions(topic)).contains(PARTITIONS);
        assertThat(topics.names()).contains(topic);
    }

    @Test
    void namesTheNumberOfPartitionsThatATopicHasInstead() {
        // Given
        topics.ensure(topic, PARTITIONS);

        // Then
        assertThatIllegalStateException()
                .isThrownBy(() -> topics.ensure(topic, 5))
                .withMessage(
                        "topic has another number of partitions: expected=5, found=3, topic="
                                + topic);
    }

    @Test
    void nothingExpiresInABlockTopic() throws Exception {
        // When
        topics.ensure(topic, 1);

        // Then
        assertThat(setting(topic, "retention.ms")).isEqualTo("-1");
        assertThat(setting(topic, "retention.bytes")).isEqualTo("-1");
        assertThat(setting(topic, "cleanup.policy")).isEqualTo("delete");
    }

    @Test
    void committedOffsetsAreFoundAgain() {
        // Given
        write(9);
        String group = Topics.activationGroup("demo");

        // When
        topics.commit(group, everyOffset(2));

        // Then
        assertThat(topics.committed(group)).isEqualTo(everyOffset(2));
        assertThat(topics.ends(partitions())).isEqualTo(everyOffset(3));
    }

    @Test
    void endsOfATopicThatWasJustDeletedAreLeftOut() {
        // Given
        write(9);
        assertThat(topics.endsOfExisting(partitions())).isEqualTo(everyOffset(3));

        // When
        topics.delete(List.of(topic));

        // Then
        assertThat(topics.endsOfExisting(partitions())).isEmpty();
    }

    @Test
    void aGroupThatNeverCommittedHasNoOffsets() {
        assertThat(topics.committed("nobody")).isEmpty();
    }

    @Test
    void whatDoesNotExistHasNoOffsetsAndIsNotWaitedFor() {
        assertThat(topics.partitions(topic)).isEmpty();
        assertThat(topics.ends(partitions())).isEmpty();
        assertThat(topics.beginnings(partitions())).isEmpty();
        topics.purge(everyOffset(1));
        topics.delete(List.of(topic));
        topics.deleteGroups(List.of("nobody"));
    }

    @Test
    void deletesTheTopicsThatExist() {
        // Given
        topics.ensure(topic, 1);

        // When
        topics.delete(List.of(topic, "no-such-topic"));

        // Then: brokers learn of it from the controller
        Await.until("the topic to be gone", topics::names, names -> !names.contains(topic));
    }

    @Test
    void controlTopicsAreCreatedOnceWithTheirRetention() throws Exception {
        // When
        ControlTopics.ensure(connection());
        ControlTopics.ensure(connection());

        // Then
        for (String compacted : List.of(Topics.RUNS, Topics.EVALUATIONS, Topics.RUN_PROGRESS)) {
            assertThat(setting(compacted, "cleanup.policy")).isEqualTo("compact");
            assertThat(topics.partitions(compacted)).contains(1);
        }
        for (String kept : List.of(Topics.DATASET_SHARDS, Topics.DICTIONARIES)) {
            assertThat(setting(kept, "retention.ms")).isEqualTo("-1");
        }
        assertThat(topics.partitions(Topics.DATASET_SHARDS)).contains(4);
        assertThat(Duration.ofMillis(Long.parseLong(setting(Topics.REJECTED, "retention.ms"))))
                .isEqualTo(Duration.ofDays(28));
    }

    private static String setting(String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = connection().admin(Map.of())) {
            Config config = admin.describeConfigs(List.of(resource)).values().get(resource).get();
            return config.get(name).value();
        }
    }

    @Test
    void sequencesWithinAPartitionRiseWhateverTheWriter() {
        // Given: two writers that take turns, as two replicas would
        topics.ensure(topic, PARTITIONS);
        try (BlockWriter other = new BlockWriter(connection())) {
            LongStream.range(0, 12)
                    .forEach(
                            n ->
                                    (n % 2 == 0 ? writer : other)
                                            .write(topic, n, PARTITIONS, new byte[1])
                                            .join());
        }

        // When
        List<ConsumerRecord<Long, byte[]>> records;
        try (BlockReader reader = new BlockReader(connection())) {
            reader.readFrom(everyOffset(0));
            records = read(reader, 12);
        }

        // Then
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(keys(records, partition)).hasSize(4).isSorted();
        }
    }
}
