package org.lexicographer.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.LostBlocks;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.stage.Activations;

/** A replica against a real broker, with faults. */
class TrainerReplicaTest {

    /** More than a checkpoint of these small jobs takes on any machine. */
    private static final int STEPS = 12;

    private static final int PARTITIONS = 2;

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static BlockTopics topics;

    private final FullObjectStore objects =
            new FullObjectStore(new InMemoryObjectStore("lexicographer"));
    private final FakeOutput output = new FakeOutput();
    private Path workFolder;
    private TrainerReplica replica;

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

    @BeforeEach
    void startReplica() throws IOException {
        workFolder = Files.createTempDirectory(folder, "work");
        replica = new TestReplicas(kafka, objects, output).start(workFolder);
    }

    @AfterEach
    void stopReplica() {
        replica.close();
    }

    private RunSpec submit(String run) {
        RunSpec spec = RunSpecs.of(run, STEPS);
        objects.put(ObjectKeys.runSpec(run), spec.toJson());
        replica.awaken(run);
        return spec;
    }

    private static void publish(RunSpec spec) {
        Activations.publish(kafka.bootstrapServers(), spec, spec.trainingBlocks(), true);
    }

    private void awaitCheckpoint(RunSpec spec) {
        Await.until("a checkpoint", () -> !manifest(spec).checkpoints().isEmpty());
    }

    private RunEnd awaitEnd(RunSpec spec) {
        return Await.until(
                        "the run's end", () -> replica.ends().find(spec.run()), Optional::isPresent)
                .orElseThrow();
    }

    private void resume(RunSpec spec) {
        replica.ends().reopen(spec);
        replica.awaken(spec.run());
    }

    private CheckpointManifest manifest(RunSpec spec) {
        return CheckpointStore.peek(objects, spec.run(), RunSpecs.SITE);
    }

    private byte[] weights(String run) {
        DictionaryId id = new DictionaryId(run, RunSpecs.SITE, "first");
        return objects.bytes(ObjectKeys.dictionary(id, STEPS) + DictionaryFormat.WEIGHTS_FILE);
    }

    /** Trains the same stream under another name, with nothing in its way. */
    private byte[] undisturbedWeights(String run) {
        RunSpec spec = submit(run);
        publish(spec);
        assertThat(awaitEnd(spec).state()).isEqualTo(State.ENDED);
        return weights(run);
    }

    private void assertEndedAsIfNothingHadBeen(RunSpec spec) {
        assertThat(awaitEnd(spec).state()).isEqualTo(State.ENDED);
        assertThat(weights(spec.run())).isEqualTo(undisturbedWeights("calm-" + spec.run()));
        assertThat(manifest(spec).finished().orElseThrow().ranges())
                .singleElement()
                .satisfies(range -> assertThat(range.first()).isZero());
    }

    @Test
    void takesAJobBackThatWasLostToNobody() {
        // Given
        RunSpec spec = submit("taken");
        Activations.publish(kafka.bootstrapServers(), spec, spec.trainingBlocks() / 2, false);
        awaitCheckpoint(spec);

        // When: the manifest changes without the owner's doing, as by a write whose answer was lost
        CheckpointStore.takeOver(objects, spec, RunSpecs.SITE, folder);
        publish(spec);

        // Then
        assertThat(awaitEnd(spec).state()).isEqualTo(State.ENDED);
        assertThat(weights("taken")).isEqualTo(undisturbedWeights("not-taken"));
    }

    @Test
    void continuesFromTheLastCheckpointWhenTheStoreHasSpaceAgain() {
        // Given: a run whose store is full when the second checkpoint is due
        RunSpec spec = submit("full");
        Activations.publish(kafka.bootstrapServers(), spec, 10, false);
        awaitCheckpoint(spec);
        objects.setFull(true);
        publish(spec);
        Await.until("a failure", () -> output.last("full", State.FAILED).isPresent());

        // When
        objects.setFull(false);
        RunEnd end = awaitEnd(spec);
        resume(spec);

        // Then
        assertThat(end.state()).isEqualTo(State.FAILED);
        assertThat(end.message().orElseThrow())
                .startsWith("trainer/layers.0.mlp.out: put failed: status=507");
        assertThat(end.lost()).isEmpty();
        assertEndedAsIfNothingHadBeen(spec);
    }

    @Test
    void continuesFromTheLastCheckpointAfterAnError() {
        // Given: a JVM that has no memory when the second checkpoint is due
        RunSpec spec = submit("error");
        Activations.publish(kafka.bootstrapServers(), spec, 10, false);
        awaitCheckpoint(spec);
        objects.breakNextWrite(new OutOfMemoryError("Cannot reserve 4 bytes of direct memory"));

        // When
        publish(spec);

        // Then
        assertEndedAsIfNothingHadBeen(spec);
    }

    @Test
    void storesWeightsOfAnySizeOnceWithoutAnArrayOfThemAndLeavesNoFile() {
        // When
        RunSpec spec = submit("large");
        publish(spec);
        RunEnd end = awaitEnd(spec);

        // Then
        DictionaryId id = new DictionaryId(spec.run(), RunSpecs.SITE, "first");
        assertThat(end.state()).isEqualTo(State.ENDED);
        assertThat(objects.streamed())
                .containsOnlyOnce(ObjectKeys.dictionary(id, STEPS) + DictionaryFormat.WEIGHTS_FILE);
        assertThat(workFolder).isEmptyDirectory();
    }

    @Test
    void continuesWhenItsWorkFolderCanBeWrittenAgain() throws IOException {
        // Given: a work folder that is none when a job goes back to its checkpoint
        RunSpec spec = submit("no-folder");
        Activations.publish(kafka.bootstrapServers(), spec, 10, false);
        awaitCheckpoint(spec);
        Files.delete(workFolder);
        Files.createFile(workFolder);
        objects.breakNextWrite(new OutOfMemoryError("Cannot reserve 4 bytes of direct memory"));
        publish(spec);
        RunEnd end = awaitEnd(spec);

        // When
        Files.delete(workFolder);
        resume(spec);

        // Then
        assertThat(end.message().orElseThrow()).contains(workFolder.toString());
        assertEndedAsIfNothingHadBeen(spec);
    }

    @Test
    void aCorruptBlockIsSetAsideAndExtractedAgain() {
        // Given: a block in the middle that is damaged, and another run beside it
        RunSpec spec = submit("corrupt");
        Activations.publish(kafka.bootstrapServers(), spec, 10, false);
        awaitCheckpoint(spec);
        byte[] damaged = write(spec, 10, new byte[] {1, 2, 3});
        RunEnd end = awaitEnd(spec);
        byte[] neighbour = undisturbedWeights("neighbour");

        // When: extraction starts over, which in this test is done by hand
        replica.ends().makeAgain(spec, end.lost().orElseThrow());
        resume(spec);
        publish(spec);

        // Then
        assertThat(end.message().orElseThrow())
                .startsWith(
                        "trainer/layers.0.mlp.out: activation block lost: sequence=10,"
                                + " topic=activation-blocks.corrupt.layers.0.mlp.out, partition=0,"
                                + " offset=5, reason=");
        assertThat(output.rejected()).singleElement().satisfies(r -> isRecord(r.value(), damaged));
        assertThat(neighbour).isNotEmpty();
        assertEndedAsIfNothingHadBeen(spec);
    }

    private static void isRecord(byte[] found, byte[] expected) {
        assertThat(found).isEqualTo(expected);
    }

    private static byte[] write(RunSpec spec, long sequence, byte[] value) {
        try (BlockWriter writer = new BlockWriter(connection())) {
            String topic = Topics.activationBlocks(spec.run(), RunSpecs.SITE);
            writer.write(topic, sequence, PARTITIONS, value).join();
        }
        return value;
    }

    @Test
    void aTopicThatIsLostFailsTheRunWithTheMissingNumber() {
        // Given: a run that has stopped after a checkpoint
        RunSpec spec = submit("lost");
        Activations.publish(kafka.bootstrapServers(), spec, 10, false);
        awaitCheckpoint(spec);
        replica.fail(new RunFailure("lost", "stopped", Optional.empty()));
        awaitEnd(spec);
        awaitStopped("lost");
        long next = manifest(spec).checkpoints().getLast().nextSequence();

        // When
        topics.delete(List.of(Topics.activationBlocks("lost", RunSpecs.SITE)));
        resume(spec);
        RunEnd end = awaitEnd(spec);

        // Then
        assertThat(end.message().orElseThrow())
                .contains("removed before it was trained on: sequence=" + next);
        replica.ends().makeAgain(spec, end.lost().orElseThrow());
        resume(spec);
        publish(spec);
        assertEndedAsIfNothingHadBeen(spec);
    }

    /**
     * Extraction would begin with the end of the text, and every attempt fail as the one before.
     */
    @Test
    void tokenBlocksThatWereLostWithActivationBlocksAreMadeAgainToo() {
        // Given: a run at block 10 or so, and token blocks of which one partition has the last
        // alone
        RunSpec spec = submit("both");
        Activations.publish(kafka.bootstrapServers(), spec, 10, false);
        awaitCheckpoint(spec);
        replica.fail(new RunFailure("both", "stopped", Optional.empty()));
        awaitEnd(spec);
        awaitStopped("both");
        tokenBlocks(spec, 40);
        String tokens = Topics.tokenBlocks("both");

        // When, Then
        replica.ends().makeAgain(spec, LostBlocks.ACTIVATION_BLOCKS);
        assertThat(topics.names()).contains(tokens);

        // When, Then
        topics.purge(Map.of(new TopicPartition(tokens, 0), 19L));
        replica.ends().makeAgain(spec, LostBlocks.ACTIVATION_BLOCKS);
        assertThat(topics.names()).doesNotContain(tokens);

        // When, Then
        resume(spec);
        publish(spec);
        assertEndedAsIfNothingHadBeen(spec);
    }

    private static void awaitStopped(String run) {
        String name = "trainer-%s-%s".formatted(run, RunSpecs.SITE);
        Await.until(
                "the end of thread " + name,
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(thread -> thread.getName().equals(name)));
    }

    @Test
    void aPartThatFailsBeforeAnythingIsTrainedEndsTheRun() {
        // Given
        RunSpec spec = submit("untrained");
        RunProgress failed =
                new RunProgress(
                        "untrained",
                        new ExtractionProgress("a", 0, 0, 0, 0),
                        State.FAILED,
                        Optional.of("no such model"));

        // When, with a store that is full at first
        objects.setFull(true);
        replica.fail(RunFailure.of(failed).orElseThrow());
        objects.setFull(false);

        // Then
        assertThat(awaitEnd(spec).message()).contains("activation/a: no such model");
    }

    private static long nextSequence(RunProgress said) {
        return ((TrainingProgress) said.part()).stream().nextSequence();
    }

    private Map<TopicPartition, Long> tokenBlocks(RunSpec spec, long blocks, long... extracted) {
        String topic = Topics.tokenBlocks(spec.run());
        topics.ensure(topic, PARTITIONS);
        try (BlockWriter writer = new BlockWriter(connection())) {
            for (long n = 0; n < blocks; n++) {
                writer.write(topic, n, PARTITIONS, new byte[1]).join();
            }
        }
        Map<TopicPartition, Long> committed = new HashMap<>();
        for (int partition = 0; partition < extracted.length; partition++) {
            committed.put(new TopicPartition(topic, partition), extracted[partition]);
        }
        if (!committed.isEmpty()) {
            topics.commit(Topics.activationGroup(spec.run()), committed);
        }
        return committed;
    }

    private List<Long> tokenBlocksBegin(RunSpec spec) {
        Map<TopicPartition, Long> beginnings =
                topics.beginnings(
                        BlockReader.partitions(Topics.tokenBlocks(spec.run()), PARTITIONS));
        return BlockReader.partitions(Topics.tokenBlocks(spec.run()), PARTITIONS).stream()
                .map(beginnings::get)
                .toList();
    }

    /** Trains on 20 blocks, which takes 8 steps or so, and waits for more. */
    private void trainTwentyBlocks(RunSpec spec) {
        Activations.publish(kafka.bootstrapServers(), spec, 20, false);
        Await.until(
                "training to wait for block 20",
                () -> output.last(spec.run(), State.WAITING).map(p -> nextSequence(p)),
                next -> next.equals(Optional.of(20L)));
    }

    @Test
    void tokenBlocksButTheLastGoOnceTheOldestKeptCheckpointIsPastThem() {
        RunSpec spec = submit("purged");
        tokenBlocks(spec, 40, 20, 20);
        trainTwentyBlocks(spec);

        long next = manifest(spec).resumable().getFirst().nextSequence();
        assertThat(manifest(spec).resumable()).hasSize(2);
        assertThat(next).isBetween(4L, 19L);
        assertThat(tokenBlocksBegin(spec)).containsExactly(next / 2, (next - 1) / 2);
    }

    @Test
    void theLastTokenBlockAndWhatIsNotExtractedStay() {
        RunSpec spec = submit("kept");
        tokenBlocks(spec, 4, 2, 0);
        trainTwentyBlocks(spec);

        assertThat(manifest(spec).resumable().getFirst().nextSequence()).isGreaterThan(4);
        assertThat(tokenBlocksBegin(spec)).containsExactly(1L, 0L);
    }

    @Test
    void anOperatorSeesACheckpointWhileItIsSaved() {
        RunSpec spec = submit("seen");
        tokenBlocks(spec, 4, 2, 0);
        trainTwentyBlocks(spec);

        assertThat(output.checkpoints())
                .startsWith("begun", "whole", "begun", "whole")
                .endsWith("begun", "whole");
    }

    @Test
    void nothingIsPurgedThatNobodyHasExtracted() {
        RunSpec spec = submit("unextracted");
        tokenBlocks(spec, 40);
        trainTwentyBlocks(spec);

        assertThat(tokenBlocksBegin(spec)).containsExactly(0L, 0L);
    }

    @Test
    void whatLiesBetweenStagesIsMadeAgainAndGoesWithTheRun() {
        // Given: a run in two stages, each of which has read something
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.of("staged", STEPS),
                        json -> {
                            json.putArray("sites").add("layers.1.mlp.out");
                            json.withObject("/languageModel").put("stages", 2);
                        });
        objects.put(ObjectKeys.runSpec(spec.run()), spec.toJson());
        tokenBlocks(spec, 2, 1, 1);
        String residuals = Topics.residualBlocks(spec.run(), 1);
        readBetweenStages(residuals, Topics.activationGroup(spec.run(), 1));

        // When
        replica.ends().makeAgain(spec, LostBlocks.ACTIVATION_BLOCKS);

        // Then
        assertThat(topics.names())
                .contains(Topics.tokenBlocks(spec.run()))
                .doesNotContain(residuals);
        assertThat(topics.committed(Topics.activationGroup(spec.run()))).isEmpty();
        assertThat(topics.committed(Topics.activationGroup(spec.run(), 1))).isEmpty();

        // When
        readBetweenStages(residuals, Topics.activationGroup(spec.run(), 1));
        replica.ends().cancel(spec);
        replica.ends().clear(spec);

        // Then
        assertThat(topics.names()).doesNotContain(Topics.tokenBlocks(spec.run()), residuals);
        assertThat(topics.committed(Topics.activationGroup(spec.run(), 1))).isEmpty();
    }

    private void readBetweenStages(String residuals, String group) {
        topics.ensure(residuals, PARTITIONS);
        topics.commit(group, Map.of(new TopicPartition(residuals, 0), 0L));
    }
}
