package org.lexicographer.pipeline.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;

/** Installations on the same brokers do not see one another. */
class InstallationTest {

    private static final List<Logger> QUIET =
            EmbeddedKafka.LOGGERS.stream().map(Logger::getLogger).toList();
    private static final String TOPIC = Topics.tokenBlocks("demo");
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final String GROUP = Topics.activationGroup("demo");

    @TempDir private static Path folder;
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
        kafka = EmbeddedKafka.start(folder);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private static KafkaConnection connection(String prefix) {
        Map<String, Object> settings =
                new HashMap<>(PatientClients.settings(kafka.bootstrapServers()));
        settings.put("prefix", prefix);
        settings.put("client.id", "trainer-service");
        return KafkaConnection.of(settings);
    }

    private static Set<String> atBrokers() throws InterruptedException, ExecutionException {
        try (Admin admin = connection("").admin(Map.of())) {
            return admin.listTopics().names().get();
        }
    }

    @Test
    void everyControlTopicHasThePrefix() throws InterruptedException, ExecutionException {
        // When
        ControlTopics.ensure(connection("control."));

        // Then
        assertThat(atBrokers())
                .contains(
                        "control.runs",
                        "control.dataset-shards",
                        "control.dictionaries",
                        "control.evaluations",
                        "control.run-progress",
                        "control.rejected")
                .doesNotContain("runs", "rejected");
    }

    @Test
    void eachReadsTheBlocksThatItWroteUnderTheSameName() {
        // Given
        KafkaConnection blue = connection("blue.");
        KafkaConnection green = connection("green.");
        write(blue, 1);
        write(green, 2);

        // When
        List<ConsumerRecord<Long, byte[]>> records = new ArrayList<>();
        try (BlockReader reader = new BlockReader(green)) {
            reader.readFrom(Map.of(PARTITION, 0L));
            records.addAll(
                    Await.until(
                            "a record",
                            () -> reader.poll(Duration.ofMillis(50)),
                            found -> !found.isEmpty()));
        }

        // Then
        assertThat(records)
                .singleElement()
                .satisfies(
                        record -> {
                            assertThat(record.topic()).isEqualTo(TOPIC);
                            assertThat(record.value()).containsExactly(2);
                        });
    }

    private static void write(KafkaConnection kafka, int value) {
        try (BlockTopics topics = new BlockTopics(kafka);
                BlockWriter writer = new BlockWriter(kafka)) {
            topics.ensure(TOPIC, 1);
            writer.write(TOPIC, 0, 1, new byte[] {(byte) value}).join();
        }
    }

    @Test
    void whatOnePurgesCommitsAndDeletesTheOtherKeeps() {
        // Given
        KafkaConnection one = connection("one.");
        KafkaConnection other = connection("other.");
        write(one, 1);
        write(other, 2);
        try (BlockTopics ours = new BlockTopics(one);
                BlockTopics theirs = new BlockTopics(other)) {
            theirs.commit(GROUP, Map.of(PARTITION, 0L));

            // When
            ours.commit(GROUP, Map.of(PARTITION, 1L));
            ours.purge(Map.of(PARTITION, 1L));

            // Then
            assertThat(ours.beginnings(List.of(PARTITION))).containsEntry(PARTITION, 1L);
            assertThat(theirs.beginnings(List.of(PARTITION))).containsEntry(PARTITION, 0L);
            assertThat(ours.committed(GROUP)).containsEntry(PARTITION, 1L);
            assertThat(theirs.committed(GROUP)).containsEntry(PARTITION, 0L);

            // When
            ours.deleteGroups(List.of(GROUP));
            ours.delete(List.of(TOPIC));

            // Then
            Await.until("the topic is gone", ours::names, Set::isEmpty);
            assertThat(theirs.names()).containsExactly(TOPIC);
            assertThat(theirs.committed(GROUP)).containsEntry(PARTITION, 0L);
        }
    }

    @Test
    void groupsAndClientsHaveThePrefix() {
        // Given
        KafkaConnection kafka = connection("named.");

        // When
        try (KafkaConsumer<byte[], byte[]> consumer =
                kafka.consumer(
                        Map.of(ConsumerConfig.GROUP_ID_CONFIG, GROUP),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {

            // Then
            assertThat(consumer.groupMetadata().groupId()).isEqualTo("named." + GROUP);
            assertThat(consumer.metrics().keySet())
                    .anySatisfy(
                            metric ->
                                    assertThat(metric.tags().get("client-id"))
                                            .isEqualTo("named.trainer-service-consumer-1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"blue", "Blue.", "a.b.", ".", "-a.", "a_b.", "blue. "})
    void aPrefixThatNamesCouldBeConfusedWithIsRefused(String prefix) {
        assertThatThrownBy(() -> new Installation(prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("kafka.prefix is no prefix: expected=")
                .hasMessageEndingWith("found=" + prefix);
    }

    @Test
    void aPrefixThatBeginsNamesOfAnInstallationWithoutOneIsRefused() {
        assertThatThrownBy(() -> new Installation("token-blocks."))
                .hasMessageContaining("found=token-blocks.");
    }
}
