package org.lexicographer.activation.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.activation.job.TestBroker.await;
import static org.lexicographer.activation.job.TestBroker.sequences;
import static org.lexicographer.activation.job.TestBroker.values;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
import org.lexicographer.activation.model.UnusableRunException;
import org.lexicographer.activation.service.ActivationMetrics;
import org.lexicographer.activation.stage.WorkedStages;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.RunExtension;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.runstore.StoredRuns;

class ActivationJobTest {

    private static final Site IN = Site.parse("layers.0.mlp.in");
    private static final Site OUT = Site.parse("layers.1.mlp.out");

    /** 600 KiB a block. */
    private static final int WIDE = 600 * 1024 / 16 / 4;

    private static final Duration LEAVING = Duration.ofMinutes(5);

    @TempDir static Path folder;
    private static TestBroker broker;

    private final FakeModel model = new FakeModel();
    private volatile String content = "first";
    private final LanguageModels<LoadedModel> models = models(model::loaded);
    private final FakeOutput output = new FakeOutput();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final List<ActivationJobs> replicas = new ArrayList<>();
    private String run;

    @BeforeAll
    static void startBroker() {
        broker = new TestBroker(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void nameRun(TestInfo test) {
        run = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    }

    @AfterEach
    void stopReplicas() {
        model.allow(1000);
        replicas.forEach(ActivationJobs::close);
    }

    private LanguageModels<LoadedModel> models(Supplier<LoadedModel> load) {
        return new LanguageModels<>(
                uri -> new ModelFolder(Path.of(uri), content),
                new LanguageModels.Loading<>((folder, part) -> load.get(), LoadedModel::close),
                Duration.ZERO,
                InstantSource.system());
    }

    private ActivationJobs replica(String name) {
        return replica(name, models, output);
    }

    private ActivationJobs replica(
            String name, LanguageModels<LoadedModel> itsModels, FakeOutput itsOutput) {
        return replica(name, WorkedStages.ALL, itsModels, itsOutput);
    }

    private ActivationJobs replica(
            String name,
            WorkedStages stages,
            LanguageModels<LoadedModel> itsModels,
            FakeOutput itsOutput) {
        ActivationMetrics metrics = new ActivationMetrics(new SimpleMeterRegistry());
        JobContext context =
                new JobContext(
                        name,
                        stages,
                        broker.connection(),
                        objects,
                        itsModels,
                        itsOutput,
                        metrics,
                        LEAVING);
        ActivationJobs jobs = new ActivationJobs(context, objects);
        replicas.add(jobs);
        return jobs;
    }

    private LanguageModels<LoadedModel> failingFirst(RuntimeException failure) {
        AtomicBoolean failed = new AtomicBoolean();
        return models(
                () -> {
                    if (failed.compareAndSet(false, true)) {
                        throw failure;
                    }
                    return model.loaded();
                });
    }

    private void awaitCommitted(long blocks) throws InterruptedException {
        await("committed=" + blocks, () -> broker.committedBlocks(run) == blocks);
    }

    private void awaitState(State state) throws InterruptedException {
        await(state.name(), () -> output.last().filter(p -> p.state() == state).isPresent());
    }

    private void awaitMessage(String start) throws InterruptedException {
        await(
                start,
                () ->
                        output.last()
                                .flatMap(RunProgress::message)
                                .filter(message -> message.startsWith(start))
                                .isPresent());
    }

    private String lastMessage() {
        return output.last().orElseThrow().message().orElseThrow();
    }

    @Test
    void blocksComeOutInSequenceAtEverySiteAndAreCommitted() throws Exception {
        // Given: a run that is announced before its topic exists
        replica("a").submit(TestRuns.spec(run));

        // When
        broker.write(run, 0, 10);
        awaitCommitted(10);

        // Then
        for (Site site : List.of(IN, OUT)) {
            List<ConsumerRecord<Long, byte[]>> records = broker.activations(run, site);
            assertThat(sequences(records, 0)).containsExactly(0L, 3L, 6L, 9L);
            assertThat(sequences(records, 1)).containsExactly(1L, 4L, 7L);
            assertThat(sequences(records, 2)).containsExactly(2L, 5L, 8L);
            assertThat(records)
                    .allSatisfy(
                            record ->
                                    assertThat(values(record))
                                            .isEqualTo(
                                                    FakeModel.expected(
                                                            TestRuns.block(record.key()).tokens(),
                                                            site,
                                                            FakeModel.ACTIVATION_DIM)));
        }
        assertThat(model.passes()).hasSize(10);
    }

    /** Block 4 comes first in its partition, where block 1 would, were the run a whole one. */
    @Test
    void aRunThatGoesOnAfterItHadEndedStartsAtItsFirstBlock() throws Exception {
        // Given
        RunSpec spec = TestRuns.spec(run);
        int steps = spec.training().steps();
        new StoredRuns(objects).admit(spec);
        new StoredEnds(objects).record(run, new RunEnd(State.ENDED, Optional.empty()).after(steps));
        new RunExtensions(objects)
                .begin(
                        run,
                        new RunExtension(steps, steps + 1, 4),
                        TokenBlockFormat.encode(TestRuns.block(3)));
        RunSpec longer = spec.withSteps(steps + 1);
        new StoredRuns(objects).admit(longer);

        // When
        replica("a").submit(longer);
        broker.write(run, 4, 10);
        awaitCommitted(6);

        // Then
        List<ConsumerRecord<Long, byte[]>> records = broker.activations(run, OUT);
        assertThat(sequences(records, 0)).containsExactly(6L, 9L);
        assertThat(sequences(records, 1)).containsExactly(4L, 7L);
        assertThat(sequences(records, 2)).containsExactly(5L, 8L);
    }

    private static ExtractionProgress extraction(RunProgress progress) {
        return (ExtractionProgress) progress.part();
    }

    @Test
    void progressCountsTokensAndBlocks() throws Exception {
        // Given
        broker.write(run, 0, 4);

        // When
        replica("a").submit(TestRuns.spec(run));
        awaitCommitted(4);
        await(
                "four blocks reported",
                () -> output.last().filter(p -> extraction(p).blocks() == 4).isPresent());
        await(
                "nothing left",
                () -> output.last().filter(p -> extraction(p).lagBlocks() == 0).isPresent());

        // Then
        assertThat(output.last().orElseThrow().key()).isEqualTo(run + "/activation/a");
        assertThat(extraction(output.last().orElseThrow()).tokens()).isEqualTo(64);
    }

    @Test
    void theEndIsPassedOnAndTheJobLeavesWhenTheRunHasEnded() throws Exception {
        // Given
        ActivationJobs jobs = replica("a");
        jobs.submit(TestRuns.spec(run));
        broker.write(run, 0, 2);
        broker.write(run, TestRuns.end(2));
        awaitCommitted(3);
        awaitMessage("waits for the run to end");
        assertThat(jobs.active()).hasSize(1);

        // When
        new StoredEnds(objects).record(run, new RunEnd(State.ENDED, Optional.empty()));
        awaitState(State.ENDED);

        // Then
        assertThat(broker.activations(run, OUT))
                .filteredOn(record -> ActivationBlockFormat.decode(record.value()).endsStream())
                .extracting(ConsumerRecord::key)
                .containsExactly(2L);
        await("job gone", () -> jobs.active().isEmpty());
        await("model released", model::isClosed);
    }

    @Test
    void aRunThatHasEndedIsNotStarted() throws Exception {
        // Given
        new StoredEnds(objects).record(run, new RunEnd(State.ENDED, Optional.empty()));
        broker.write(run, 0, 1);

        // When
        replica("a").submit(TestRuns.spec(run));
        awaitState(State.ENDED);

        // Then
        assertThat(broker.topics().names()).doesNotContain(Topics.activationBlocks(run, OUT));
    }

    @Test
    void aWithdrawnRunStops() throws Exception {
        // Given
        ActivationJobs jobs = replica("a");
        jobs.submit(TestRuns.spec(run));
        broker.write(run, 0, 1);
        awaitCommitted(1);

        // When
        jobs.withdraw(run);
        awaitState(State.CANCELLED);

        // Then
        assertThat(jobs.active()).isEmpty();
    }

    @Test
    void aCorruptBlockIsRejectedAndFailsTheRunWithItsNumber() throws Exception {
        // Given
        byte[] corrupt = TokenBlockFormat.encode(TestRuns.block(1));
        corrupt[60] ^= 1;
        broker.write(run, 0, 1);
        broker.write(run, 1, corrupt);
        broker.write(run, 2, 9);

        // When
        replica("a").submit(TestRuns.spec(run));
        awaitState(State.FAILED);

        // Then
        assertThat(lastMessage())
                .startsWith("token block lost: sequence=1, ")
                .contains("block checksum mismatch");
        assertThat(output.rejected()).hasSize(1);
        assertThat(output.rejected().getFirst().value()).isEqualTo(corrupt);
        assertThat(output.rejected().getFirst().source().topic())
                .isEqualTo(Topics.tokenBlocks(run));
        assertThat(sequences(broker.activations(run, OUT), 1)).isEmpty();
    }

    @Test
    void aMissingBlockFailsTheRunWithItsNumber() throws Exception {
        // Given: blocks 0, 1, 2 and 6, which lies in the partition of 3
        broker.write(run, 0, 3);
        broker.write(run, 6, 7);

        // When
        replica("a").submit(TestRuns.spec(run));
        awaitState(State.FAILED);

        // Then
        assertThat(lastMessage())
                .startsWith("token block missing: expected=3, found=6")
                .contains("run=" + run)
                .contains("resume the run");
    }

    @Test
    void aBlockMissingBetweenTwoReplicasIsNoticed() throws Exception {
        // Given: a replica that has left after blocks 0, 1, 2
        ActivationJobs first = replica("a");
        first.submit(TestRuns.spec(run));
        broker.write(run, 0, 3);
        awaitCommitted(3);
        first.close();

        // When
        broker.write(run, 6, 7);
        replica("b").submit(TestRuns.spec(run));
        awaitState(State.FAILED);

        // Then
        assertThat(lastMessage()).startsWith("token block missing: expected=3, found=6");
    }

    @Test
    void blocksThatWereWrittenTwiceAreExtractedOnce() throws Exception {
        // Given: a tokenizer that repeated itself
        broker.write(run, 0, 4);
        broker.write(run, 0, 7);

        // When
        replica("a").submit(TestRuns.spec(run));
        awaitCommitted(11);

        // Then
        assertThat(sequences(broker.activations(run, OUT), 0)).containsExactly(0L, 3L, 6L);
        assertThat(model.passes()).hasSize(7);
    }

    @Test
    void activationsBeyondTheirTypeAreNamedAndTheRunGoesOn() throws Exception {
        // Given
        model.withValue(OUT, 3, 1, 70_000);
        broker.write(run, 0, 4);

        // When
        replica("a").submit(TestRuns.spec(run, json -> json.put("activationType", "float16")));
        awaitCommitted(4);
        await(
                "the fault is reported",
                () ->
                        output.last()
                                .flatMap(RunProgress::message)
                                .filter(message -> message.contains("value=70000.0"))
                                .isPresent());

        // Then
        assertThat(lastMessage()).contains("site=layers.1.mlp.out", "activationType=float16");
        assertThat(broker.activations(run, IN)).hasSize(4);
        assertThat(broker.activations(run, OUT)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"model_type\": 1", "{\"a\": 111111111111111111111e99999}"})
    void aConfigurationThatIsNoneFailsTheRunAtFirstSight(String config, @TempDir Path folder)
            throws Exception {
        // Given
        Files.writeString(folder.resolve("config.json"), config);
        ModelFolder found = new ModelFolder(folder, "content");
        AtomicInteger loads = new AtomicInteger();
        run += config.hashCode() & 0xffff;
        LanguageModels<LoadedModel> broken =
                models(
                        () -> {
                            loads.incrementAndGet();
                            return DjlModel.load(
                                    found,
                                    ModelDevices.only(Device.cpu(), Long.MAX_VALUE),
                                    ComputeType.FLOAT32);
                        });

        // When
        replica("a", broken, output).submit(TestRuns.spec(run));
        awaitState(State.FAILED);

        // Then
        assertThat(lastMessage()).startsWith("language model not usable: ").contains("config.json");
        assertThat(loads).hasValue(1);
    }

    @Test
    void tokensBeyondTheVocabularyFailTheRun() throws Exception {
        // Given
        int[] tokens = new int[16];
        tokens[3] = 1_000;
        broker.write(run, new TokenBlock(0, 8, tokens, DatasetPosition.START));

        // When
        replica("a").submit(TestRuns.spec(run));
        awaitState(State.FAILED);

        // Then
        assertThat(lastMessage())
                .isEqualTo(
                        "token block not usable: sequence=0, reason=token id out of range:"
                                + " vocabularySize=50, found=1000");
    }

    @Test
    void aFailedRunGoesOnWhenItIsSubmittedAgain() throws Exception {
        // Given: a run whose model was not there at first
        FakeOutput itsOutput = new FakeOutput();
        LanguageModels<LoadedModel> absentAtFirst =
                failingFirst(new UnusableRunException("no such model"));
        ActivationJobs jobs = replica("a", absentAtFirst, itsOutput);
        broker.write(run, 0, 2);
        jobs.submit(TestRuns.spec(run));
        await("failed", () -> itsOutput.last().filter(p -> p.state() == State.FAILED).isPresent());
        await("job gone", () -> jobs.active().isEmpty());

        // When
        jobs.submit(TestRuns.spec(run));

        // Then
        awaitCommitted(2);
        assertThat(itsOutput.progress().getFirst().message()).contains("loads the language model");
    }

    @Test
    void aModelThatIsReplacedDuringARunEndsIt() throws Exception {
        // Given: a replica at work, and another model at the same address
        replica("a").submit(TestRuns.spec(run));
        broker.write(run, 0, 3);
        awaitCommitted(3);
        content = "second";

        // When
        FakeOutput others = new FakeOutput();
        ActivationJobs second = replica("b", models(model::loaded), others);
        second.submit(TestRuns.spec(run));
        await("FAILED", () -> others.last().filter(p -> p.state() == State.FAILED).isPresent());

        // Then
        assertThat(others.last().flatMap(RunProgress::message).orElseThrow())
                .contains("expected content=first, found=second")
                .contains("run=" + run);
        content = "first";
        second.submit(TestRuns.spec(run));
        broker.write(run, 3, 6);
        awaitCommitted(6);
    }

    @Test
    void aStoreThatIsAwayIsWaitedFor() throws Exception {
        // Given
        LanguageModels<LoadedModel> awayAtFirst =
                failingFirst(new RetryableObjectStoreException("store away", null));
        broker.write(run, 0, 2);

        // When
        replica("a", awayAtFirst, output).submit(TestRuns.spec(run));
        awaitCommitted(2);

        // Then
        assertThat(output.progress())
                .anyMatch(p -> p.message().filter("tries again: store away"::equals).isPresent())
                .noneMatch(p -> p.state() == State.FAILED);
    }

    @Test
    void aBrokerThatRestartsCostsNoBlock() throws Exception {
        // Given
        replica("a").submit(TestRuns.spec(run));
        broker.write(run, 0, 6);
        awaitCommitted(6);

        // When
        broker.restart();
        broker.write(run, 6, 12);
        awaitCommitted(12);

        // Then
        List<ConsumerRecord<Long, byte[]>> records = broker.activations(run, OUT);
        assertThat(sequences(records, 0).stream().distinct()).containsExactly(0L, 3L, 6L, 9L);
        assertThat(sequences(records, 1).stream().distinct()).containsExactly(1L, 4L, 7L, 10L);
        assertThat(sequences(records, 2).stream().distinct()).containsExactly(2L, 5L, 8L, 11L);
        assertThat(output.progress()).noneMatch(p -> p.state() == State.FAILED);
    }

    @Test
    void twoReplicasShareThePartitionsAndNothingIsLostWhenOneLeaves() throws Exception {
        // Given: each replica with a model of its own
        FakeModel otherModel = new FakeModel();
        FakeOutput otherOutput = new FakeOutput();
        ActivationJobs first = replica("a");
        ActivationJobs second = replica("b", models(() -> otherModel), otherOutput);
        broker.createTokenTopic(run);
        first.submit(TestRuns.spec(run));
        second.submit(TestRuns.spec(run));

        // When: blocks keep coming until both have worked
        long written = 0;
        while (model.passes().size() < 5 || otherModel.passes().size() < 5) {
            broker.write(run, written, written + 3);
            written += 3;
            long target = written;
            awaitCommitted(target);
            assertThat(written).as("both replicas work").isLessThan(3000);
        }
        second.close();
        broker.write(run, written, written + 9);
        written += 9;
        awaitCommitted(written);

        // Then
        List<ConsumerRecord<Long, byte[]>> records = broker.activations(run, IN);
        for (int partition = 0; partition < TestRuns.PARTITIONS; partition++) {
            assertThat(sequences(records, partition).stream().distinct().toList())
                    .isEqualTo(
                            LongStream.iterate(partition, n -> n + TestRuns.PARTITIONS)
                                    .limit(written / TestRuns.PARTITIONS)
                                    .boxed()
                                    .toList());
        }
    }

    @Test
    void aReplicaThatGoesOnExtractsNothingThatWasCommitted() throws Exception {
        // Given
        ActivationJobs first = replica("a");
        first.submit(TestRuns.spec(run));
        broker.write(run, 0, 6);
        awaitCommitted(6);
        first.close();

        // When
        replica("b").submit(TestRuns.spec(run));
        broker.write(run, 6, 9);
        awaitCommitted(9);

        // Then
        assertThat(model.passes()).hasSize(9);
        assertThat(broker.activationRecords(run, OUT)).isEqualTo(9);
    }

    @Test
    void extractionWaitsForTheSlowestTrainer() throws Exception {
        // Given: blocks of 600 KiB at either site, and room for one per partition
        RunSpec spec = limited(2L << 20);
        LanguageModels<LoadedModel> wide = models(() -> new FakeModel(WIDE));
        replica("a", wide, output).submit(spec);
        broker.write(run, 0, 12);
        await("limit reached", () -> broker.activationRecords(run, OUT) == 3);
        awaitMessage("waits for the slowest trainer");

        // When: one of the two trainers takes everything
        broker.takeAll(spec, OUT, OUT);

        // Then: the other one still holds extraction up
        int reports = output.progress().size();
        await("two more reports", () -> output.progress().size() > reports + 1);
        assertThat(broker.activationRecords(run, OUT)).isEqualTo(3);

        // When: the other one follows
        broker.takeAll(spec, IN, IN);

        // Then
        await("continues", () -> broker.activationRecords(run, OUT) == 6);
    }

    @Test
    void thePartitionThatTheTrainerWaitsForStaysOpen() throws Exception {
        // Given: many blocks in partitions 0 and 1, none yet in partition 2
        RunSpec spec = limited(4L << 20);
        LanguageModels<LoadedModel> wide = models(() -> new FakeModel(WIDE));
        replica("a", wide, output).submit(spec);
        for (long n = 0; n < 12; n++) {
            if (n % 3 != 2) {
                broker.write(run, TestRuns.block(n));
            }
        }
        await("both closed", () -> broker.activationRecords(run, OUT) == 4);

        // When
        broker.write(run, TestRuns.block(2));

        // Then
        await("block 2", () -> sequences(broker.activations(run, OUT), 2).contains(2L));
    }

    private RunSpec limited(long maxLagBytes) {
        return TestRuns.spec(
                run, json -> ((ObjectNode) json.get("training")).put("maxLagBytes", maxLagBytes));
    }

    @Test
    void leavingFinishesAndCommitsWhatIsUnderWay() throws Exception {
        // Given: a forward pass that is under way
        model.hold();
        ActivationJobs jobs = replica("a");
        jobs.submit(TestRuns.spec(run));
        broker.write(run, 0, 6);
        model.allow(2);
        await("a third pass", () -> model.passes().size() == 2 && model.isHeld());

        // When
        Thread leaving = Thread.ofVirtual().start(jobs::close);
        model.allow(1000);

        // Then
        assertThat(leaving.join(Duration.ofMinutes(15))).isTrue();
        long stored = broker.activationRecords(run, OUT);
        assertThat(broker.committedBlocks(run)).isEqualTo(stored).isGreaterThanOrEqualTo(3);
        await("model released", model::isClosed);
    }
}
