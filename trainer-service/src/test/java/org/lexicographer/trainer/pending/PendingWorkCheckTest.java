package org.lexicographer.trainer.pending;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.admission.Admission;
import org.lexicographer.trainer.admission.Memories;
import org.lexicographer.trainer.ownership.JobOwnership;

/** What a broker knows of work that nobody does. */
class PendingWorkCheckTest {

    private static final int PARTITIONS = 2;
    private static final int STEPS = 12;

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static BlockTopics topics;
    private static BlockWriter writer;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private List<RunProgress> said = List.of();

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        topics = new BlockTopics(connection());
        writer = new BlockWriter(connection());
    }

    private static KafkaConnection connection() {
        return KafkaConnection.of(PatientClients.settings(kafka.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        writer.close();
        topics.close();
        kafka.close();
    }

    private RunSpec run(String name) {
        RunSpec spec = RunSpecs.of(name, STEPS);
        objects.put(ObjectKeys.runSpec(name), spec.toJson());
        return spec;
    }

    private static void write(String topic, int records) {
        topics.ensure(topic, PARTITIONS);
        LongStream.range(0, records)
                .mapToObj(n -> writer.write(topic, n, PARTITIONS, new byte[100]))
                .forEach(CompletableFuture::join);
    }

    private static long bytes(RunSpec spec, int blocks) {
        return blocks * (TokenBlockFormat.HEADER_LENGTH + 4L * spec.blockRows());
    }

    private PendingWork look() {
        return new PendingWorkCheck(topics, objects, run -> said).look();
    }

    private long lag(RunSpec spec) {
        return look().extractionLagBytes().get(spec.run());
    }

    @Test
    void extractionHasWorkUntilItsGroupHasTakenEveryBlock() {
        // Given
        RunSpec spec = run("extracted");
        String topic = Topics.tokenBlocks("extracted");
        write(topic, 5);

        // When / Then
        assertThat(lag(spec)).isEqualTo(bytes(spec, 5));

        // When
        topics.commit(
                Topics.activationGroup("extracted"),
                Map.of(new TopicPartition(topic, 0), 3L, new TopicPartition(topic, 1), 1L));

        // Then
        assertThat(lag(spec)).isEqualTo(bytes(spec, 1));
    }

    @Test
    void aRunAsksForNoMoreReplicasThanItHasPartitions() {
        // Given
        RunSpec spec = RunSpecs.changed(RunSpecs.of("wide", STEPS), PendingWorkCheckTest::widen);
        objects.put(ObjectKeys.runSpec("wide"), spec.toJson());
        write(Topics.tokenBlocks("wide"), 9);

        // When / Then: 36 megabytes wait
        assertThat(lag(spec)).isEqualTo(PARTITIONS * PendingWorkCheck.BYTES_OF_A_REPLICA);

        // When
        topics.commit(
                Topics.activationGroup("wide"),
                Map.of(new TopicPartition(Topics.tokenBlocks("wide"), 0), 2L));

        // Then
        assertThat(lag(spec)).isEqualTo(bytes(spec, 7));
    }

    /** Four megabytes of tokens a block. */
    private static void widen(ObjectNode spec) {
        spec.put("contextLength", 256);
        spec.withObject("/tokenBlock").put("contexts", 4096);
        spec.withObject("/training").put("bufferContexts", 4 * 4096);
    }

    @Test
    void aReplicaIsWhatTheClusterTakesForOne() throws IOException {
        String scaled =
                Files.readString(Path.of("../k8s/components/scaling/activation-service.yaml"));

        assertThat(scaled)
                .containsOnlyOnce(
                        "threshold: \"%d\"".formatted(PendingWorkCheck.BYTES_OF_A_REPLICA));
    }

    @Test
    void extractionHasNoWorkWhileTrainersHaveEnoughToRead() {
        // Given
        RunSpec spec = run("braked");
        String read = Topics.activationBlocks("braked", RunSpecs.SITE);
        write(Topics.tokenBlocks("braked"), 5);
        write(read, 6);

        // When / Then: nobody knows how large records are, so they may be large
        assertThat(lag(spec)).isZero();

        // When / Then: records are small
        said = List.of(reading(6, 600));
        assertThat(lag(spec)).isEqualTo(bytes(spec, 5));

        // When / Then: records are large
        said = List.of(reading(6, spec.training().maxLagBytes() / 2));
        assertThat(lag(spec)).isZero();

        // When / Then: the trainer has read them
        topics.commit(
                Topics.trainerGroup("braked", RunSpecs.SITE),
                Map.of(new TopicPartition(read, 0), 3L, new TopicPartition(read, 1), 3L));
        assertThat(lag(spec)).isEqualTo(bytes(spec, 5));
    }

    @Test
    void aJobIsUnownedUntilAReplicaHasIt() throws InterruptedException {
        // Given
        run("unowned");
        write(Topics.tokenBlocks("unowned"), 1);
        int before = look().unownedJobs();
        write(Topics.activationBlocks("unowned", RunSpecs.SITE), 1);

        // When / Then
        assertThat(look().unownedJobs()).isEqualTo(before + 1);

        // When / Then
        try (Admission admission =
                new Admission(objects, Memories.withRoomFor(1000), Memories.each(1), said -> {})) {
            JobOwnership replica =
                    new JobOwnership(connection(), new Idle(), admission, Duration.ofSeconds(1));
            Thread thread = Thread.ofPlatform().start(replica);
            Await.until("all jobs to be owned", () -> look().unownedJobs() == 0);
            replica.close();
            thread.join();
        }
        Await.until("the job to be unowned again", () -> look().unownedJobs() > 0);
    }

    @Test
    void aRunThatHasEndedWantsNothing() {
        // Given
        run("ended");
        write(Topics.tokenBlocks("ended"), 2);
        write(Topics.activationBlocks("ended", RunSpecs.SITE), 2);
        int before = look().unownedJobs();

        // When
        new StoredEnds(objects).record("ended", new RunEnd(State.FAILED, Optional.of("broken")));

        // Then
        assertThat(look().extractionLagBytes()).doesNotContainKey("ended");
        assertThat(look().unownedJobs()).isEqualTo(before - 1);
    }

    private static RunProgress reading(long blocks, long bytes) {
        TrainingProgress training =
                new TrainingProgress(
                        RunSpecs.SITE,
                        1,
                        STEPS,
                        16,
                        0,
                        new StreamProgress(
                                1, OptionalLong.of(blocks), OptionalLong.of(bytes), 0, 0),
                        Map.of());
        return new RunProgress("braked", training, State.RUNNING, Optional.empty());
    }

    /** Owns jobs and does nothing with them. */
    private static final class Idle implements JobOwnership.Owner {

        @Override
        public void gained(Set<JobOwnership.JobId> jobs) {}

        @Override
        public void released(Set<JobOwnership.JobId> jobs) {}

        @Override
        public void lost(Set<JobOwnership.JobId> jobs) {}

        @Override
        public Set<String> tick() {
            return Set.of();
        }
    }
}
