package org.lexicographer.activation.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.activation.job.TestBroker.await;
import static org.lexicographer.activation.job.TestBroker.sequences;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.activation.TestRuns;
import org.lexicographer.activation.model.DjlModel;
import org.lexicographer.activation.model.FakeModel;
import org.lexicographer.activation.model.LoadedModel;
import org.lexicographer.activation.service.ActivationMetrics;
import org.lexicographer.activation.stage.WorkedStages;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.ModelPart;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.ResidualBlock;
import org.lexicographer.pipeline.block.ResidualBlockFormat;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunStages;

/** Runs whose layers are cut into stages, with replicas that work at some of them. */
class StagesTest {

    private static final Site FIRST = Site.parse("layers.0.mlp.in");
    private static final Site BORDER = Site.parse("layers.1.resid.post");
    private static final Site LAST = Site.parse("layers.3.mlp.out");
    private static final List<Site> SITES = List.of(FIRST, BORDER, LAST);
    private static final Duration LEAVING = Duration.ofMinutes(5);

    /** Of the fake's two layers. */
    private static final Site FAKE_LAST = Site.parse("layers.1.mlp.out");

    /** 600 KiB a block. */
    private static final int WIDE = 600 * 1024 / 16 / 4;

    @TempDir static Path folder;
    @TempDir static Path modelFolder;
    private static TestBroker broker;

    private final FakeOutput output = new FakeOutput();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final List<ActivationJobs> replicas = new ArrayList<>();
    private final LanguageModels<LoadedModel> real = models(StagesTest::load);
    private String run;

    @BeforeAll
    static void start() {
        broker = new TestBroker(folder);
        new TinyLanguageModel(4, 16, 2, TestRuns.VOCABULARY, 32, 1).writeTo(modelFolder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void nameRun(TestInfo test) {
        run = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    }

    @AfterEach
    void stopReplicas() {
        replicas.forEach(ActivationJobs::close);
    }

    private static LanguageModels<LoadedModel> models(Load load) {
        return new LanguageModels<>(
                uri -> new ModelFolder(modelFolder, "content"),
                new LanguageModels.Loading<>(load::load, LoadedModel::close),
                Duration.ZERO,
                InstantSource.system());
    }

    private interface Load {
        LoadedModel load(ModelFolder folder, ModelPart part);
    }

    private static LoadedModel load(ModelFolder folder, ModelPart part) {
        return DjlModel.load(
                folder, ModelDevices.only(Device.cpu(), Long.MAX_VALUE), part.type(), part.span());
    }

    private ActivationJobs replica(String name, String stages, LanguageModels<LoadedModel> models) {
        JobContext context =
                new JobContext(
                        name,
                        WorkedStages.parse(stages),
                        broker.connection(),
                        objects,
                        models,
                        output,
                        new ActivationMetrics(new SimpleMeterRegistry()),
                        LEAVING);
        ActivationJobs jobs = new ActivationJobs(context, objects);
        replicas.add(jobs);
        return jobs;
    }

    private static RunSpec spec(String run, int stages) {
        return TestRuns.spec(
                run,
                json -> {
                    ((ObjectNode) json.get("languageModel")).put("stages", stages);
                    json.putArray("sites")
                            .add(FIRST.toString())
                            .add(BORDER.toString())
                            .add(LAST.toString());
                });
    }

    /** A run over the fake model's two layers in two stages. */
    private static RunSpec fake(String run, long maxLagBytes) {
        return TestRuns.spec(
                run,
                json -> {
                    ((ObjectNode) json.get("languageModel")).put("stages", 2);
                    ((ObjectNode) json.get("training")).put("maxLagBytes", maxLagBytes);
                });
    }

    private void awaitCommitted(int stage, long records) {
        await(
                "stage %d committed %d".formatted(stage, records),
                () ->
                        broker
                                        .topics()
                                        .committed(Topics.activationGroup(run, stage))
                                        .values()
                                        .stream()
                                        .mapToLong(Long::longValue)
                                        .sum()
                                == records);
    }

    /** Returns the records of all sites, by site and number, in hexadecimal digits. */
    private static Map<String, String> activations(String run) {
        Map<String, String> records = new TreeMap<>();
        for (Site site : SITES) {
            for (ConsumerRecord<Long, byte[]> record : broker.activations(run, site)) {
                String before =
                        records.put(
                                site + "/" + record.key(),
                                HexFormat.of().formatHex(record.value()));
                assertThat(before).as("%s, block %d", site, record.key()).isNull();
            }
        }
        return records;
    }

    private Map<String, String> inOneStage() {
        String whole = run + "-whole";
        replica("whole", "all", real).submit(spec(whole, 1));
        broker.write(whole, 0, 7);
        broker.write(whole, TestRuns.end(7));
        await("all extracted", () -> broker.activationRecords(whole, LAST) == 8);
        return activations(whole);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void replicasWithAStageEachWriteTheBytesOfOneStage(int stages) {
        // Given
        run += stages;
        Map<String, String> expected = inOneStage();

        // When
        for (int stage = stages - 1; stage >= 0; stage--) {
            replica("r" + stage, Integer.toString(stage), real).submit(spec(run, stages));
        }
        broker.write(run, 0, 7);
        broker.write(run, TestRuns.end(7));
        for (int stage = 0; stage < stages; stage++) {
            awaitCommitted(stage, 8);
        }

        // Then
        assertThat(activations(run)).isEqualTo(expected);
    }

    @Test
    void oneReplicaWorksAtAllStagesUnlessItIsToldOtherwise() {
        // Given
        Map<String, String> expected = inOneStage();

        // When
        ActivationJobs jobs = replica("a", "all", real);
        jobs.submit(spec(run, 4));
        broker.write(run, 0, 7);
        broker.write(run, TestRuns.end(7));
        awaitCommitted(3, 8);

        // Then
        assertThat(activations(run)).isEqualTo(expected);
        assertThat(jobs.active())
                .filteredOn(job -> job.spec().run().equals(run))
                .extracting(ActivationJob::stage)
                .containsExactlyInAnyOrder(0, 1, 2, 3);
        await(
                "stage 3 reported",
                () ->
                        output.last(run + "/activation/a/3")
                                .filter(it -> blocks(it) == 7)
                                .isPresent());
    }

    private static long blocks(RunProgress progress) {
        return ((ExtractionProgress) progress.part()).blocks();
    }

    @Test
    void residualBlocksGoOnceTheNextStageHasCommitted() {
        // Given: nobody works at the second stage
        String residuals = Topics.residualBlocks(run, 1);
        replica("a", "0", real).submit(spec(run, 2));
        broker.write(run, 0, 5);
        awaitCommitted(0, 5);
        assertThat(broker.recordsLeft(residuals)).isEqualTo(5);

        // When
        replica("b", "1", real).submit(spec(run, 2));

        // Then
        awaitCommitted(1, 5);
        await("purged", () -> broker.recordsLeft(residuals) == 0);
        assertThat(broker.recordsWritten(residuals)).isEqualTo(5);
    }

    @Test
    void aStageIsTakenOverWhereItsReplicaHasCommitted() {
        // Given
        Map<String, String> expected = inOneStage();
        replica("a", "0", real).submit(spec(run, 2));
        ActivationJobs first = replica("b", "1", real);
        first.submit(spec(run, 2));
        broker.write(run, 0, 4);
        awaitCommitted(1, 4);
        first.close();

        // When
        broker.write(run, 4, 7);
        broker.write(run, TestRuns.end(7));
        awaitCommitted(0, 8);
        replica("c", "1", real).submit(spec(run, 2));
        awaitCommitted(1, 8);

        // Then
        assertThat(activations(run)).isEqualTo(expected);
    }

    /** As a first stage does that was killed between its writing and its commit. */
    @Test
    void residualBlocksThatWereWrittenTwiceAreTakenOnce() {
        // Given
        String residuals = Topics.residualBlocks(run, 1);
        replica("a", "0", real).submit(spec(run, 2));
        broker.write(run, 0, 4);
        awaitCommitted(0, 4);
        broker.records(residuals)
                .forEach(record -> broker.writeTo(residuals, record.key(), record.value()));

        // When
        replica("b", "1", real).submit(spec(run, 2));
        awaitCommitted(1, 8);

        // Then
        assertThat(sequences(broker.activations(run, LAST), 0)).containsExactly(0L, 3L);
        assertThat(broker.activationRecords(run, LAST)).isEqualTo(4);
    }

    @Test
    void theFirstStageWaitsForTheSecond() {
        // Given: blocks of 600 KiB, room for one per partition, and trainers that take everything
        RunSpec spec = fake(run, 2L << 20);
        String residuals = Topics.residualBlocks(run, 1);
        replica("a", "0", models((f, part) -> new FakeModel(WIDE))).submit(spec);
        broker.write(run, 0, 12);

        // When
        await("limit reached", () -> broker.recordsWritten(residuals) == 3);
        broker.takeAll(spec, FIRST, FIRST);
        await(
                "waits",
                () ->
                        output.last(run + "/activation/a")
                                .flatMap(RunProgress::message)
                                .filter(it -> it.startsWith("waits for stage 1: lagBytes="))
                                .isPresent());

        // Then
        int reports = output.progress().size();
        await("two more reports", () -> output.progress().size() > reports + 1);
        assertThat(broker.recordsWritten(residuals)).isEqualTo(3);

        // When
        replica("b", "1", models((f, part) -> new FakeModel(WIDE))).submit(spec);

        // Then
        await("continues", () -> broker.recordsWritten(residuals) > 3);
    }

    /** As a first stage does that was killed amid a block. */
    @Test
    void aHalfWrittenResidualBlockIsWrittenAgainHoweverFarItsReaderIs() {
        // Given: three of eight parts of a block of 6.4 MB, and room for one block per partition
        int width = 100_000;
        RunSpec spec = fake(run, 3L * (7 << 20));
        residualParts(0, width)
                .subList(0, 3)
                .forEach(part -> broker.writeTo(Topics.residualBlocks(run, 1), 0, part));
        replica("b", "1", models((f, part) -> new FakeModel(width))).submit(spec);

        // When
        replica("a", "0", models((f, part) -> new FakeModel(width))).submit(spec);
        broker.write(run, 0, 1);

        // Then
        awaitCommitted(1, 3 + 8);
    }

    /** As a first stage does that was killed amid a block, before it had committed the last one. */
    @Test
    void aHalfWrittenResidualBlockIsWrittenAgainBehindOneThatIsWhole() {
        // Given: block 0, three of eight parts of block 3 (6.4 MB), and room for the blocks of
        // stage 1, which no trainer takes, but not for these parts, block 0 once more and block 3
        int width = 100_000;
        RunSpec spec = fake(run, 3L * (14 << 20));
        String topic = Topics.residualBlocks(run, 1);
        residualParts(0, width).forEach(part -> broker.writeTo(topic, 0, part));
        residualParts(3, width).subList(0, 3).forEach(part -> broker.writeTo(topic, 3, part));
        replica("b", "1", models((f, part) -> new FakeModel(width))).submit(spec);
        awaitCommitted(1, 8);

        // When
        replica("a", "0", models((f, part) -> new FakeModel(width))).submit(spec);
        broker.write(run, 0, 4);

        // Then: the parts, block 0 once more, all of block 3, and those of other partitions
        awaitCommitted(1, 8 + 3 + 8 + 8 + 2 * 8);
    }

    private static List<byte[]> residualParts(long sequence, int width) {
        int[] tokens = TestRuns.block(sequence).tokens();
        FloatBuffer stream =
                FloatBuffer.wrap(
                        FakeModel.expected(tokens, Site.parse("layers.0.resid.post"), width));
        return ResidualBlockFormat.encode(
                new ResidualBlockFormat.WholeBlock(sequence, 8, tokens, stream));
    }

    @Test
    void aResidualBlockThatIsLostFailsTheRunWithItsNumber() {
        // Given: block 3 follows block 0 in its partition
        String residuals = Topics.residualBlocks(run, 1);
        broker.writeTo(residuals, 0, residual(0));
        broker.writeTo(residuals, 6, residual(6));

        // When
        replica("b", "1", models((f, part) -> new FakeModel())).submit(fake(run, 1 << 30));

        // Then
        RunProgress failed = awaitFailed();
        assertThat(failed.message().orElseThrow())
                .startsWith("residual block missing: expected=3, found=6, topic=" + residuals)
                .contains("resume the run: all its stages start again from its token blocks");
        assertThat(failed.lostBlock()).hasValue(3);
    }

    @Test
    void aResidualBlockOfAnotherModelIsSetAsideAndLost() {
        // Given
        byte[] narrow =
                ResidualBlockFormat.encode(
                        new ResidualBlock(0, 0, 1, 8, 3, new int[8], ByteBuffer.allocate(96)));
        broker.writeTo(Topics.residualBlocks(run, 1), 0, narrow);

        // When
        replica("b", "1", real).submit(spec(run, 2));

        // Then
        RunProgress failed = awaitFailed();
        assertThat(failed.message().orElseThrow())
                .contains("residual stream width mismatch: expected=16, found=3");
        assertThat(failed.lostBlock()).hasValue(0);
        assertThat(output.rejected().getFirst().value()).isEqualTo(narrow);
    }

    @Test
    void aDamagedResidualBlockIsSetAside() {
        // Given
        byte[] damaged = residual(0);
        damaged[50] ^= 1;
        broker.writeTo(Topics.residualBlocks(run, 1), 0, damaged);

        // When
        replica("b", "1", models((f, part) -> new FakeModel())).submit(fake(run, 1 << 30));

        // Then
        assertThat(awaitFailed().message().orElseThrow())
                .startsWith("residual block lost: sequence=0, ")
                .contains("block checksum mismatch");
        assertThat(output.rejected().getFirst().value()).isEqualTo(damaged);
    }

    private RunProgress awaitFailed() {
        await(
                "failed",
                () ->
                        output.last(run + "/activation/b/1")
                                .filter(it -> it.state() == State.FAILED)
                                .isPresent());
        return output.last(run + "/activation/b/1").orElseThrow();
    }

    private static byte[] residual(long sequence) {
        int[] tokens = TestRuns.block(sequence).tokens();
        float[] values =
                FakeModel.expected(
                        tokens, Site.parse("layers.0.resid.post"), FakeModel.ACTIVATION_DIM);
        return ResidualBlockFormat.encode(
                        new ResidualBlockFormat.WholeBlock(
                                sequence, 8, tokens, FloatBuffer.wrap(values)))
                .getFirst();
    }

    /** The fake reads its tokens off the stream. */
    @Test
    void aBlockOfManyPartsArrivesWhole() {
        // Given: 16 rows of 2.4 MB, each a record
        int width = 600_000;
        RunSpec spec = fake(run, 1 << 30);
        replica("a", "0", models((f, part) -> new FakeModel(width))).submit(spec);
        replica("b", "1", models((f, part) -> new FakeModel(width))).submit(spec);

        // When
        broker.write(run, 0, 1);
        awaitCommitted(1, 16);

        // Then
        List<ConsumerRecord<Long, byte[]>> found = broker.activations(run, FAKE_LAST);
        assertThat(found).hasSize(16);
        assertThat(ActivationBlockFormat.decode(found.get(5).value()).values().getFloat(4))
                .isEqualTo(
                        FakeModel.expected(new int[] {TestRuns.block(0).tokens()[5]}, FAKE_LAST, 2)[
                                1]);
    }

    /** What resuming a run does that has lost a block between stages or before a trainer. */
    @Test
    void allStagesStartAgainFromTheOldestTokenBlock() {
        // Given: seven blocks, of which the first of each partition is trained on and purged
        RunSpec spec = spec(run, 2);
        ActivationJobs before = replica("a", "all", real);
        before.submit(spec);
        broker.write(run, 0, 7);
        awaitCommitted(1, 7);
        Map<String, String> expected = activations(run);
        before.close();
        broker.topics()
                .purge(
                        Map.of(
                                new TopicPartition(Topics.tokenBlocks(run), 0), 1L,
                                new TopicPartition(Topics.tokenBlocks(run), 1), 1L,
                                new TopicPartition(Topics.tokenBlocks(run), 2), 1L));

        // When
        broker.topics().deleteGroups(RunStages.of(spec).groups());
        broker.topics().delete(RunStages.of(spec).residualTopics());
        replica("b", "1", real).submit(spec);
        replica("c", "0", real).submit(spec);

        // Then: blocks 3 to 6 come again, with the same bytes
        await("extracted again", () -> broker.activationRecords(run, LAST) == 7 + 4);
        assertThat(broker.activations(run, LAST))
                .extracting(ConsumerRecord::key)
                .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 3L, 4L, 5L, 6L);
        assertThat(broker.activations(run, LAST))
                .allSatisfy(
                        record ->
                                assertThat(HexFormat.of().formatHex(record.value()))
                                        .isEqualTo(expected.get(LAST + "/" + record.key())));
    }

    @Test
    void aRunThatIsWithdrawnStopsAtAllStages() {
        // Given
        ActivationJobs jobs = replica("a", "all", models((f, part) -> new FakeModel()));
        jobs.submit(fake(run, 1 << 30));
        broker.write(run, 0, 1);
        awaitCommitted(1, 1);

        // When
        jobs.withdraw(run);

        // Then
        for (String part : List.of("/activation/a", "/activation/a/1")) {
            await(
                    part,
                    () ->
                            output.last(run + part)
                                    .filter(it -> it.state() == State.CANCELLED)
                                    .isPresent());
        }
        assertThat(jobs.active()).isEmpty();
    }
}
