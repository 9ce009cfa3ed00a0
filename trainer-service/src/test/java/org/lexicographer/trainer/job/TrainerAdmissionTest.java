package org.lexicographer.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.MemoryWait;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.admission.JobNeeds;
import org.lexicographer.trainer.admission.Memories;
import org.lexicographer.trainer.admission.ReplicaMemory;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.stage.Activations;

/** Replicas with room for some jobs, against a real broker. */
class TrainerAdmissionTest {

    /** More than a checkpoint of these small jobs takes on any machine. */
    private static final int STEPS = 12;

    private static final long JOB = 100;

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static BlockTopics topics;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final FakeOutput output = new FakeOutput();
    private Optional<TrainerReplica> first = Optional.empty();
    private Optional<TrainerReplica> second = Optional.empty();

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        topics =
                new BlockTopics(
                        KafkaConnection.of(PatientClients.settings(kafka.bootstrapServers())));
    }

    @AfterAll
    static void stopBroker() {
        topics.close();
        kafka.close();
    }

    @AfterEach
    void stopReplicas() {
        first.ifPresent(TrainerReplica::close);
        second.ifPresent(TrainerReplica::close);
    }

    private TrainerReplica replica(ReplicaMemory memory) {
        return replica(memory, Memories.each(JOB));
    }

    private TrainerReplica replica(ReplicaMemory memory, JobNeeds needs) {
        return new TestReplicas(kafka, objects, output)
                .start(folder.resolve("work"), memory, needs);
    }

    private TrainerReplica startFirst(ReplicaMemory memory) {
        first = Optional.of(replica(memory));
        return first.get();
    }

    private RunSpec submit(String run) {
        RunSpec spec = RunSpecs.of(run, STEPS);
        objects.put(ObjectKeys.runSpec(run), spec.toJson());
        awaken(run);
        return spec;
    }

    private void awaken(String run) {
        first.ifPresent(replica -> replica.awaken(run));
        second.ifPresent(replica -> replica.awaken(run));
    }

    private static void publish(RunSpec spec, long blocks, boolean ends) {
        Activations.publish(kafka.bootstrapServers(), spec, blocks, ends);
    }

    private static void publish(RunSpec spec) {
        publish(spec, spec.trainingBlocks(), true);
    }

    private void awaitCheckpoint(RunSpec spec) {
        Await.until("a checkpoint", () -> !manifest(spec).checkpoints().isEmpty());
    }

    private CheckpointManifest manifest(RunSpec spec) {
        return CheckpointStore.peek(objects, spec.run(), RunSpecs.SITE);
    }

    private RunEnd awaitEnd(RunSpec spec) {
        return Await.until(
                        "the end of " + spec.run(),
                        () -> first.or(() -> second).orElseThrow().ends().find(spec.run()),
                        Optional::isPresent)
                .orElseThrow();
    }

    private RunProgress awaitWaiting(RunSpec spec) {
        return Await.until(
                        spec.run() + " to wait for memory",
                        () ->
                                output.last(spec.run(), State.WAITING)
                                        .filter(RunProgress::waitsForMemory),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static MemoryWait memory(RunProgress said) {
        return ((TrainingProgress) said.part()).memory().orElseThrow();
    }

    private byte[] weights(String run) {
        DictionaryId id = new DictionaryId(run, RunSpecs.SITE, "first");
        return objects.bytes(ObjectKeys.dictionary(id, STEPS) + DictionaryFormat.WEIGHTS_FILE);
    }

    private void assertBitsOfAnUndisturbedRun(RunSpec spec) {
        assertThat(awaitEnd(spec).state()).isEqualTo(State.ENDED);
        RunSpec calm = submit("calm-" + spec.run());
        publish(calm);
        assertThat(awaitEnd(calm).state()).isEqualTo(State.ENDED);
        assertThat(weights(spec.run())).isEqualTo(weights(calm.run()));
        assertThat(manifest(spec).finished().orElseThrow().ranges())
                .singleElement()
                .satisfies(range -> assertThat(range.first()).isZero());
    }

    @Test
    void theSecondOfTwoRunsWaitsVisiblyForMemoryAndThenRuns() {
        // Given: room for one and a half, and a first run that has not ended
        TrainerReplica replica = startFirst(Memories.withRoomFor(JOB * 3 / 2));
        RunSpec older = submit("older");
        publish(older, older.trainingBlocks() / 2, false);
        awaitCheckpoint(older);

        // When
        RunSpec younger = submit("younger");
        publish(younger);
        RunProgress said = awaitWaiting(younger);

        // Then
        assertThat(said.message().orElseThrow())
                .startsWith("waits for memory: needs ")
                .endsWith(" on 1 replicas");
        assertThat(memory(said)).isEqualTo(new MemoryWait(2 * JOB, JOB, 3 * JOB, 1));
        assertThat(replica.admission().taken()).isEqualTo(Memories.amount(JOB));
        assertThat(replica.admission().jobs()).isEqualTo(1);

        // When
        publish(older);

        // Then
        assertBitsOfAnUndisturbedRun(older);
        assertBitsOfAnUndisturbedRun(younger);
    }

    @Test
    void theThirdOfThreeJobsOnOneGpuWaitsVisiblyAndThenRuns() {
        // Given: a process with room for many, and a GPU with room for two
        TrainerReplica replica =
                replica(
                        Memories.withGpu(100 * JOB, 5_000_000_000L),
                        Memories.eachOnGpu(JOB, 2_400_000_000L));
        first = Optional.of(replica);
        RunSpec one = submit("one-on-gpu");
        publish(one, one.trainingBlocks() / 2, false);
        awaitCheckpoint(one);
        RunSpec two = submit("two-on-gpu");
        publish(two, two.trainingBlocks() / 2, false);
        awaitCheckpoint(two);

        // When
        RunSpec three = submit("three-on-gpu");
        publish(three);
        RunProgress said = awaitWaiting(three);

        // Then
        assertThat(said.message())
                .hasValue(
                        "waits for memory: needs 0.00 GB beside the heap, 0.00 GB on it and 2.40 GB"
                                + " on the GPU, free 0.00 GB beside the heap, 0.00 GB on it and 0.20"
                                + " GB on the GPU of 0.00 GB beside the heap, 0.00 GB on it and 5.00"
                                + " GB on the GPU on 1 replicas");
        assertThat(replica.admission().taken())
                .isEqualTo(Memories.amount(2 * JOB).withDevice(4_800_000_000L));

        // When
        publish(one);

        // Then
        publish(two);
        Stream.of(one, two, three).forEach(this::assertBitsOfAnUndisturbedRun);
    }

    @Test
    void whoWentAheadGivesWayAtACheckpointAndGoesOnWithTheSameBits() {
        // Given: an older run that has failed, and a younger one that uses its memory meanwhile
        startFirst(Memories.withRoomFor(JOB));
        RunSpec older = submit("failed");
        publish(older, 10, false);
        awaitCheckpoint(older);
        first.orElseThrow().fail(new RunFailure("failed", "stopped", Optional.empty()));
        awaitEnd(older);
        RunSpec younger = submit("ahead");
        publish(younger, 10, false);
        awaitCheckpoint(younger);

        // When the older one goes on
        first.orElseThrow().ends().reopen(older);
        awaken(older.run());
        RunProgress said = awaitWaiting(younger);

        // Then
        assertThat(((TrainingProgress) said.part()).step()).isPositive();
        publish(younger);
        publish(older);
        assertBitsOfAnUndisturbedRun(older);
        assertBitsOfAnUndisturbedRun(younger);
    }

    @Test
    void aRunThatNoReplicaHoldsWaitsForALargerOneAndStopsNobody() {
        // Given
        startFirst(Memories.withRoomFor(JOB - 1));
        RunSpec spec = submit("large");
        publish(spec);
        assertThat(awaitWaiting(spec).message().orElseThrow())
                .startsWith("waits for more memory than there is, start larger replicas");

        // When
        second = Optional.of(replica(Memories.withRoomFor(JOB)));

        // Then
        assertBitsOfAnUndisturbedRun(spec);
    }

    @Test
    void runsOnAReplicaThatWasKilledShortOfMemoryAreTriedOneByOneAndPass() {
        // Given: two runs of which a killed process has said that memory was short
        RunSpec one = prepared("one");
        RunSpec two = prepared("two");
        mark(one, 0, false);
        mark(two, 0, false);

        // When
        startFirst(Memories.PLENTY);
        awaken("one");
        awaken("two");

        // Then: the other one waits until the first has taken a step and saved it
        Await.until(
                "one to wait for the trial of the other",
                () ->
                        Set.of("one", "two").stream()
                                .anyMatch(run -> output.hasSaid(run, "waits to be tried alone")));
        assertBitsOfAnUndisturbedRun(one);
        assertBitsOfAnUndisturbedRun(two);
        assertThat(objects.stat(mark("one"))).isEmpty();
        assertThat(objects.stat(mark("two"))).isEmpty();
    }

    @Test
    void aRunThatIsKilledAloneAgainAndAgainFailsAndItsNeighbourEnds() {
        // Given: the third process was killed in its trial
        RunSpec hopeless = prepared("hopeless");
        RunSpec neighbour = prepared("neighbour");
        mark(hopeless, 2, true);
        mark(neighbour, 0, false);

        // When
        startFirst(Memories.PLENTY);
        awaken("hopeless");
        awaken("neighbour");

        // Then
        RunEnd end = awaitEnd(hopeless);
        assertThat(end.state()).isEqualTo(State.FAILED);
        assertThat(end.message().orElseThrow())
                .startsWith(
                        "trainer/layers.0.mlp.out: the process was killed 3 times in a row with no"
                                + " other run beside this one")
                .contains("950 of 1000 bytes");
        assertBitsOfAnUndisturbedRun(neighbour);

        // When there is more memory
        first.orElseThrow().ends().reopen(hopeless);
        awaken("hopeless");

        // Then
        assertBitsOfAnUndisturbedRun(hopeless);
    }

    private RunSpec prepared(String run) {
        RunSpec spec = RunSpecs.of(run, STEPS);
        objects.put(ObjectKeys.runSpec(run), spec.toJson());
        publish(spec);
        return spec;
    }

    private static String mark(String run) {
        return ObjectKeys.shortOfMemory(run, RunSpecs.SITE);
    }

    /** Leaves what a process writes before it is killed. */
    private void mark(RunSpec spec, int killedBefore, boolean trial) {
        String json =
                """
                {"since": "%s", "alone": %s, "killedAlone": %d, "used": 950, "limit": 1000}
                """
                        .formatted(trial ? "TRIED_ALONE" : "SHORT", trial, killedBefore);
        objects.put(mark(spec.run()), Json.write(Json.tree(json.getBytes())));
    }
}
