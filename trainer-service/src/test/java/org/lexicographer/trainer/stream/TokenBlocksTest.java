package org.lexicographer.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.testing.PatientClients;
import org.lexicographer.trainer.RunSpecs;

/** Token blocks of a run, on a real broker. */
class TokenBlocksTest {

    private static final int BLOCKS = 12;

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static BlockTopics topics;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        topics = new BlockTopics(connection());
    }

    private static KafkaConnection connection() {
        return KafkaConnection.of(PatientClients.settings(kafka.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        topics.close();
        kafka.close();
    }

    private static TopicPartition publish(RunSpec spec) {
        String topic = Topics.tokenBlocks(spec.run());
        int partitions = spec.tokenBlock().partitions();
        topics.ensure(topic, partitions);
        try (BlockWriter writer = new BlockWriter(connection())) {
            for (long n = 0; n < BLOCKS; n++) {
                writer.write(topic, n, partitions, new byte[] {(byte) n}).join();
            }
        }
        return new TopicPartition(topic, 0);
    }

    private static TokenBlocks blocks(RunSpec spec) {
        RunExtensions extensions = new RunExtensions(new InMemoryObjectStore("lexicographer"));
        return new TokenBlocks(connection(), topics, extensions, spec);
    }

    @Test
    void findsABlockWhereEarlierOnesArePurgedWhileItLooks() {
        // Given
        RunSpec spec = RunSpecs.of("purged", 20);
        TopicPartition place = publish(spec);
        long end = topics.ends(List.of(place)).get(place);
        topics.purge(Map.of(place, end - 1));
        long last = (end - 1) * spec.tokenBlock().partitions();

        // When
        TokenBlocks.Part asItWas = new TokenBlocks.Part(place, 0, end);

        // Then
        assertThat(blocks(spec).find(last, asItWas)).contains(new byte[] {(byte) last});
        assertThat(blocks(spec).find(0, asItWas)).isEmpty();
    }

    @Test
    void knowsWhatIsLostFromWhatIsStillThereAndWhatIsYetToCome() {
        // Given
        RunSpec spec = RunSpecs.of("lost", 20);
        TopicPartition place = publish(spec);
        int partitions = spec.tokenBlock().partitions();
        long end = topics.ends(List.of(place)).get(place);

        // When
        topics.purge(Map.of(place, 2L));

        // Then
        assertThat(blocks(spec).isLost(partitions)).isTrue();
        assertThat(blocks(spec).isLost(2L * partitions)).isFalse();
        assertThat(blocks(spec).isLost(1)).isFalse();
        assertThat(blocks(spec).isLost(end * partitions)).isFalse();
        assertThat(blocks(RunSpecs.of("unknown", 20)).isLost(0)).isFalse();
    }

    @Test
    void findsNothingWhereAllIsGone() {
        // Given
        RunSpec spec = RunSpecs.of("gone", 20);
        TopicPartition place = publish(spec);
        long end = topics.ends(List.of(place)).get(place);

        // When
        topics.purge(Map.of(place, end));

        // Then
        assertThat(blocks(spec).find(0, new TokenBlocks.Part(place, 0, end))).isEmpty();
        assertThat(blocks(RunSpecs.of("unknown", 20)).find(0)).isEmpty();
    }
}
