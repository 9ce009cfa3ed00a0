package org.lexicographer.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.dictionary.config.Lineage.Stopped.Reason;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.Continuation;
import org.lexicographer.trainer.job.RunExtender.NotExtendableException;
import org.lexicographer.trainer.stage.Activations;
import org.lexicographer.trainer.storage.CheckpointRetention;
import org.lexicographer.trainer.storage.RunStorage;
import org.lexicographer.trainer.watch.Stop;

/** Runs that go on, with a real broker; extraction is done by hand. */
class RunExtenderTest {

    private static final int STEPS = 20;
    private static final int MORE = 40;

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static BlockTopics topics;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final FakeOutput output = new FakeOutput();
    private final StoredRuns runs = new StoredRuns(objects);
    private final RunExtensions extensions = new RunExtensions(objects);
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
    void startReplica() {
        replica = replica();
    }

    private TrainerReplica replica() {
        return new TestReplicas(kafka, objects, output).start(folder.resolve("work"));
    }

    @AfterEach
    void stopReplica() {
        replica.close();
    }

    private static RunSpec spec(String run, int steps) {
        return RunSpecs.changed(
                RunSpecs.of(run, steps),
                json -> json.withObject("/training").put("bufferContexts", 12));
    }

    private void start(RunSpec spec) {
        runs.admit(spec);
        replica.awaken(spec.run());
    }

    private static TokenBlock tokens(long sequence) {
        return new TokenBlock(sequence, 4, new int[8], new DatasetPosition(0, sequence + 1, 0));
    }

    /** Writes what tokenizer and extraction would, and ends the stream. */
    private static void publish(RunSpec spec, long from) {
        try (BlockWriter writer = new BlockWriter(connection())) {
            String topic = Topics.tokenBlocks(spec.run());
            int partitions = spec.tokenBlock().partitions();
            topics.ensure(topic, partitions);
            for (long n = from; n < spec.trainingBlocks(); n++) {
                writer.write(topic, n, partitions, TokenBlockFormat.encode(tokens(n))).join();
            }
        }
        Activations.publish(kafka.bootstrapServers(), spec, from, spec.trainingBlocks());
    }

    private RunEnd awaitEnd(RunSpec spec) {
        return Await.until(
                        "the run's end", () -> replica.ends().find(spec.run()), Optional::isPresent)
                .orElseThrow();
    }

    private RunSpec ended(String run) {
        RunSpec spec = spec(run, STEPS);
        start(spec);
        publish(spec, 0);
        assertThat(awaitEnd(spec))
                .isEqualTo(new RunEnd(State.ENDED, Optional.empty()).after(STEPS));
        return spec;
    }

    private RunSpec prepare(RunSpec spec, int steps) {
        return new RunExtender(objects, replica.ends()).prepare(spec, steps);
    }

    private CheckpointManifest manifest(RunSpec spec) {
        return CheckpointStore.peek(objects, spec.run(), RunSpecs.SITE);
    }

    private byte[] weights(String run, long step) {
        DictionaryId id = new DictionaryId(run, RunSpecs.SITE, "first");
        return objects.bytes(ObjectKeys.dictionary(id, step) + DictionaryFormat.WEIGHTS_FILE);
    }

    private List<Long> announced(String run) {
        return output.announced().stream()
                .filter(it -> it.dictionary().run().equals(run))
                .filter(it -> it.dictionary().recipe().equals("first"))
                .map(DictionaryCheckpoint::step)
                .toList();
    }

    @Test
    void theDictionariesAreThoseOfARunThatWasLongerFromItsStart() {
        RunSpec whole = spec("whole", MORE);
        start(whole);
        publish(whole, 0);
        awaitEnd(whole);
        RunSpec ended = ended("extended");
        byte[] before = weights("extended", STEPS);

        RunSpec longer = prepare(ended, MORE);
        start(longer);
        assertThat(replica.ends().find("extended")).isEmpty();
        publish(longer, extensions.firstBlock(longer));

        assertThat(awaitEnd(longer).steps()).contains(MORE);
        assertThat(weights("extended", MORE)).isEqualTo(weights("whole", MORE));
        assertThat(weights("extended", 33)).isEqualTo(weights("whole", 33));
        assertThat(weights("extended", STEPS)).isEqualTo(before);
        assertThat(announced("extended"))
                .containsExactly(
                        3L, 6L, 9L, 12L, 15L, 18L, 20L, 21L, 24L, 27L, 30L, 33L, 36L, 39L, 40L);
        assertThat(manifest(longer).finished()).isEqualTo(manifest(whole).finished());
        assertThat(manifest(longer).rows()).isEqualTo(manifest(whole).rows());
        Await.until(
                "topics gone",
                () -> topics.names().stream().noneMatch(name -> name.contains("extended")));
    }

    /** Half a block is a step: one more is served by the block that was the last one before. */
    private static RunSpec ofSmallBatches(String run, int steps) {
        return RunSpecs.changed(
                spec(run, steps), json -> json.withObject("/training").put("batchSize", 4));
    }

    @Test
    void aRunThatWasGivenAStepWithoutABlockIsGivenMore() {
        RunSpec whole = ofSmallBatches("whole-again", MORE);
        start(whole);
        publish(whole, 0);
        awaitEnd(whole);
        RunSpec spec = ofSmallBatches("step-by-step", STEPS - 1);
        start(spec);
        publish(spec, 0);
        awaitEnd(spec);
        RunSpec little = goesOn(spec, STEPS);
        assertThat(little.trainingBlocks()).isEqualTo(extensions.firstBlock(little));

        RunSpec longer = goesOn(little, MORE);

        assertThat(weights("step-by-step", MORE)).isEqualTo(weights("whole-again", MORE));
        assertThat(manifest(longer).rows()).isEqualTo(manifest(whole).rows());
    }

    private RunSpec goesOn(RunSpec spec, int steps) {
        RunSpec longer = prepare(spec, steps);
        start(longer);
        publish(longer, extensions.firstBlock(longer));
        assertThat(awaitEnd(longer).steps()).contains(steps);
        return longer;
    }

    /** Whoever asked may be gone by then, and so may the trainer in the middle of its work. */
    @Test
    void theSameIsDoneByWhoeverComesNext() {
        RunSpec ended = ended("killed");
        RunSpec longer = prepare(ended, MORE);
        assertThat(replica.ends().find("killed")).isPresent();
        assertThat(prepare(ended, MORE)).isEqualTo(longer);

        start(longer);
        replica.close();
        replica = replica();
        replica.awaken("killed");
        publish(longer, extensions.firstBlock(longer));

        assertThat(awaitEnd(longer).steps()).contains(MORE);
        assertThat(manifest(longer).finished().orElseThrow().ranges()).hasSize(1);
    }

    @Test
    void theStreamGoesOnAfterTheBlockThatWasTakenLast() {
        RunSpec longer = prepare(ended("stream"), MORE);

        assertThat(extensions.firstBlock(longer)).isEqualTo(40);
        assertThat(extensions.blockBefore(longer).orElseThrow().next())
                .isEqualTo(tokens(39).next());
        assertThat(topics.names()).noneMatch(name -> name.contains("stream"));
    }

    private void assertRefused(RunSpec spec, int steps, String reason) {
        assertThatExceptionOfType(NotExtendableException.class)
                .isThrownBy(() -> prepare(spec, steps))
                .withMessage(reason);
    }

    @Test
    void theFirstExtensionCounts() {
        RunSpec ended = ended("twice");
        prepare(ended, MORE);

        assertRefused(ended, 41, "run is extended already: run=twice, from=20, to=40");
    }

    @Test
    void aRunThatIsAtWorkOrWasGivenUpIsNotExtended() {
        RunSpec spec = spec("at-work", STEPS);
        runs.admit(spec);
        assertRefused(spec, MORE, "run has not ended: expected=ENDED, found=RUNNING, run=at-work");

        replica.ends().cancel(spec);
        assertRefused(
                spec, MORE, "run has not ended: expected=ENDED, found=CANCELLED, run=at-work");
    }

    @Test
    void aRunThatKeptNothingIsNotExtended() {
        RunSpec ended = ended("purged");
        Continuation kept = manifest(ended).continuation().orElseThrow();
        objects.delete(kept.checkpoint().recipes().key());

        assertRefused(
                ended,
                MORE,
                "no checkpoint to go on from: site=layers.0.mlp.out, run=purged, reason=object"
                        + " gone, key="
                        + kept.checkpoint().recipes().key());
    }

    private List<Removal> sweepAt(String time) {
        InstantSource clock = InstantSource.fixed(Instant.parse(time));
        return new CheckpointRetention(objects, Duration.ofDays(30), clock).sweep();
    }

    @Test
    void aRunWhoseCheckpointWasKeptLongEnoughIsNotExtendedAndSaysSince() {
        RunSpec ended = ended("kept");

        assertThat(sweepAt("2026-01-01T12:00:00Z")).isEmpty();
        assertThat(sweepAt("2026-01-31T11:59:59Z")).isEmpty();
        assertThat(manifest(ended).continuation()).isPresent();
        List<Removal> removed = sweepAt("2026-01-31T12:00:00Z");

        assertThat(removed).hasSize(1);
        assertThat(objects.list(ObjectKeys.checkpoints("kept", RunSpecs.SITE)))
                .noneMatch(object -> object.key().contains("continuation"));
        assertThat(RunStorage.of(objects, "kept").removed()).isEqualTo(removed);
        assertThat(manifest(ended).isFinished(MORE)).isTrue();
        assertRefused(
                ended,
                MORE,
                "no checkpoint to go on from: run=kept, reason=removed by"
                        + " trainer.checkpoint-retention, at=2026-01-31T12:00:00Z");
    }

    @Test
    void whatAnExtensionGoesOnFromIsNotRemoved() {
        RunSpec ended = ended("going-on");
        sweepAt("2026-01-01T12:00:00Z");
        RunSpec longer = prepare(ended, MORE);

        // Its spec does not say so yet.
        assertThat(sweepAt("2027-01-01T12:00:00Z")).isEmpty();
        start(longer);
        publish(longer, extensions.firstBlock(longer));

        assertThat(awaitEnd(longer).steps()).contains(MORE);
        assertThat(manifest(longer).finished().orElseThrow().ranges()).hasSize(1);
        // It rests anew.
        assertThat(sweepAt("2027-01-01T12:00:00Z")).isEmpty();
        assertThat(sweepAt("2027-02-01T12:00:00Z")).hasSize(1);
    }

    @Test
    void aRunWhoseDatasetWasTooShortIsNotExtended() {
        RunSpec spec = spec("short", STEPS);
        start(spec);
        publish(spec(("short"), 15), 0);
        awaitEnd(spec);

        assertRefused(
                spec,
                MORE,
                "dataset ended before the last step: steps=20, taken=15, site=layers.0.mlp.out,"
                        + " run=short");
    }

    @Test
    void norIsItWhereARecipeWasStoppedBeforeTheDatasetEnded() {
        RunSpec spec = spec("cut", STEPS);
        start(spec);
        publish(spec("cut", 15), 0);
        awaitEnd(spec);
        stop(spec, "first");

        assertRefused(
                spec,
                MORE,
                "dataset ended before the last step: steps=20, taken=15, site=layers.0.mlp.out,"
                        + " run=cut");
    }

    /** Says that a recipe of a job that has ended was stopped early. */
    private void stop(RunSpec spec, String recipe) {
        CheckpointManifest job = manifest(spec);
        Stop stop = new Stop(new Lineage.Stopped(Reason.EARLY_STOP, 9, "no better"), 9);
        objects.put(
                ObjectKeys.checkpointManifest(spec.run(), RunSpecs.SITE),
                Json.write(
                        new CheckpointManifest(
                                job.generation(),
                                job.checkpoints(),
                                job.finished(),
                                Map.of(recipe, stop),
                                job.rows(),
                                job.continuation(),
                                job.earlier())));
    }

    @Test
    void whoeverEndsTheShorterRunLateLeavesTheLongerOnesTopics() {
        RunSpec ended = ended("late");
        RunSpec longer = prepare(ended, MORE);
        replica.close();
        runs.admit(longer);
        publish(longer, extensions.firstBlock(longer));

        new RunEnds(connection(), objects, topics, output).jobFinished(ended);

        List<String> blocks =
                List.of(Topics.tokenBlocks("late"), Topics.activationBlocks("late", RunSpecs.SITE));
        assertThat(topics.names()).containsAll(blocks);
        topics.delete(blocks);
    }

    @Test
    void aRunWhoseStepsDependOnTheirNumberKeepsNothing() {
        RunSpec spec =
                RunSpecs.changed(
                        spec("decaying", STEPS),
                        json -> {
                            json.withObject("/recipes/1/schedule").put("decayStart", 12);
                            json.withObject("/recipes/1").remove("resampling");
                        });
        start(spec);
        publish(spec, 0);
        awaitEnd(spec);

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> prepare(spec, MORE))
                .withMessageContaining("recipes[1].schedule.decayStart");
        String checkpoints = ObjectKeys.checkpoints("decaying", RunSpecs.SITE);
        assertThat(objects.list(checkpoints).map(ObjectStat::key))
                .containsExactly(checkpoints + "manifest.json");
    }
}
