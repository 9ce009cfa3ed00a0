package org.lexicographer.tokenizer.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.testing.PatientClients;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.stream.RunFailedException;
import org.lexicographer.tokenizer.stream.StopSignal;

class KafkaTokenBlockLogTest {

    private static EmbeddedKafka kafka;
    private static BlockTopics topics;
    private static BlockWriter writer;

    @BeforeAll
    static void start(@TempDir Path folder) {
        kafka = EmbeddedKafka.start(folder);
        topics = new BlockTopics(connection());
        writer = new BlockWriter(connection());
    }

    private static KafkaConnection connection() {
        return KafkaConnection.of(PatientClients.settings(kafka.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        writer.close();
        topics.close();
        kafka.close();
    }

    @Test
    void findsTheBlockWithTheHighestNumber() {
        RunSpec spec = spec("highest");
        assertThat(log(spec).last()).isEmpty();

        for (int block = 0; block < 4; block++) {
            log(spec).write(block(block));

            assertThat(log(spec).last()).get().usingRecursiveComparison().isEqualTo(block(block));
        }
    }

    @Test
    void isNotMisledByABlockThatWasWrittenTwice() {
        RunSpec spec = spec("twice");
        for (int block : new int[] {0, 1, 2, 3, 2}) {
            log(spec).write(block(block));
        }

        assertThat(log(spec).last()).get().extracting(TokenBlock::sequence).isEqualTo(3L);
    }

    @Test
    void failsTheRunWhenTheLastBlockCannotBeKnown() {
        // Given
        RunSpec purged = spec("purged");
        log(purged).write(block(0));
        topics.purge(topics.ends(BlockReader.partitions(Topics.tokenBlocks("purged"), 2)));
        RunSpec corrupt = spec("corrupt");
        log(corrupt).write(block(0));
        writer.write(Topics.tokenBlocks("corrupt"), 1, 2, new byte[9]).join();

        // When, Then
        assertThatThrownBy(() -> log(purged).last())
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("token blocks purged");
        assertThatThrownBy(() -> log(corrupt).last())
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining("last token block corrupt")
                .hasMessageContaining("partition=1, offset=0");
    }

    @Test
    void measuresWhatHasNotBeenTaken() {
        // Given
        RunSpec spec = spec("lag");
        for (int block = 0; block < 5; block++) {
            log(spec).write(block(block));
        }
        TokenBlockLag lag = new TokenBlockLag(topics, spec);
        assertThat(lag.getAsLong()).isEqualTo(5);

        // When
        Map<TopicPartition, Long> taken = new HashMap<>();
        taken.put(new TopicPartition(Topics.tokenBlocks("lag"), 0), 2L);
        topics.commit(Topics.activationGroup("lag"), taken);

        // Then
        assertThat(lag.getAsLong()).isEqualTo(3);
    }

    private static RunSpec spec(String run) {
        return RunSpecs.small(run, "{\"contexts\": 1}", 9);
    }

    private static TokenBlock block(long sequence) {
        return new TokenBlock(sequence, 8, new int[16], new DatasetPosition(sequence, 3, 4));
    }

    private static KafkaTokenBlockLog log(RunSpec spec) {
        return new KafkaTokenBlockLog(
                connection(),
                topics,
                writer,
                spec,
                new StopSignal(),
                new ShardTraces(Tracing.NONE));
    }
}
