package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lexicographer.allinone.chaos.Chaos;
import org.lexicographer.allinone.chaos.ChaosResult;
import org.lexicographer.allinone.client.TopicTail;
import org.lexicographer.allinone.process.KillableProcess;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.testing.Await;

/** Faults other than a kill, done to the services as they ship, in their own processes. */
@ExtendWith(SharedSystem.Parameter.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.HOURS)
class FaultSystemTest {

    private static final String TRAINER = "trainer-service-1";

    /** Fewer than the text is enough for, and no multiple of the steps between checkpoints. */
    private static final int FIRST_STEPS = 70;

    /** What extraction may be ahead of training in the test of the bound: 12 blocks a site. */
    private static final long MAX_LAG_BYTES = 4L << 20;

    private static final int ACTIVATION_DIM = 128;

    /** Blocks that may be on their way to the broker when a partition is closed. */
    private static final int BLOCKS_IN_FLIGHT = 3;

    private KillableSystem system;
    private ChaosDataset dataset;
    private ChaosResult calm;

    @BeforeAll
    void trainUndisturbed(SharedSystem shared) {
        system = shared.system();
        dataset = shared.dataset();
        calm = shared.undisturbed(System.out);
    }

    private FaultRun run(RunSpec spec) {
        return new FaultRun(system, dataset, spec);
    }

    private static RunSpec spec(String run) {
        return RunSpec.read(Json.write(json(run)));
    }

    private static ObjectNode json(String run) {
        try (InputStream json = Chaos.class.getResourceAsStream("/chaos-run.json")) {
            return ((ObjectNode) Json.tree(json.readAllBytes())).put("run", run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertEndsAsIfNothingHadBeen(FaultRun run) {
        assertThat(run.awaitEnd().state()).isEqualTo(State.ENDED);
        assertThat(run.result()).isEqualTo(calm);
        assertThat(run.result().tookEveryBlockOnce()).isTrue();
    }

    /** Returns the reasons why records of a topic were set aside. */
    private List<String> rejected(String topic) {
        return records(Topics.REJECTED).stream()
                .map(Rejection::read)
                .filter(rejection -> rejection.source().topic().equals(topic))
                .map(rejection -> rejection.source().offset() + ": " + rejection.reason())
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        try (TopicTail tail = TopicTail.of(system.bootstrapServers(), List.of(topic))) {
            return tail.all(Duration.ofMillis(200));
        }
    }

    @Test
    void aCorruptActivationBlockIsNamedAndExtractedAgain() {
        // Given: a run that waits for more, and a record that is no block where its next belongs
        RunSpec spec = spec("no-activation-block");
        FaultRun run = run(spec);
        run.submit();
        run.publish(0, 2);
        long next = run.awaitAllTaken();
        String topic = Topics.activationBlocks(spec.run(), spec.sites().getFirst());
        run.writeNoBlock(topic, next);
        FaultRun.End end = run.awaitEnd();

        // When
        run.resume();
        run.publishRest(2);

        // Then
        assertThat(end.state()).isEqualTo(State.FAILED);
        assertThat(end.message())
                .startsWith(
                        "trainer/%s: activation block lost: sequence=%d, topic=%s, partition=%d,"
                                .formatted(spec.sites().getFirst(), next, topic, next % 4));
        assertThat(rejected(topic)).singleElement().asString().contains("activation block lost");
        assertEndsAsIfNothingHadBeen(run);
    }

    @Test
    void aCorruptTokenBlockThatIsFoundWhileNoTrainerIsThereIsNamedAndMadeAgain() {
        // Given
        RunSpec spec = spec("no-token-block");
        FaultRun run = run(spec);
        run.submit();
        run.publish(0, 2);
        long next = run.awaitAllTaken();
        KillableProcess trainer = system.process(TRAINER);
        trainer.kill();
        run.writeNoBlock(Topics.tokenBlocks(spec.run()), next);
        Await.until("a part has failed", () -> failedPart(spec.run()), Optional::isPresent);

        // When
        trainer.start();
        system.awaitReady();
        FaultRun.End end = run.awaitEnd();
        run.resume();
        run.publishRest(2);

        // Then
        assertThat(end.state()).isEqualTo(State.FAILED);
        assertThat(end.message())
                .startsWith("activation/")
                .contains(
                        "token block lost: sequence=%d, topic=token-blocks.no-token-block,"
                                .formatted(next));
        assertThat(rejected(Topics.tokenBlocks(spec.run()))).hasSize(1);
        assertEndsAsIfNothingHadBeen(run);
    }

    private Optional<RunProgress> failedPart(String run) {
        return records(Topics.RUN_PROGRESS).stream()
                .map(record -> RunProgress.read(record.value()))
                .filter(progress -> progress.run().equals(run))
                .filter(progress -> progress.state() == State.FAILED)
                .findFirst();
    }

    @Test
    void theBrokerHoldsNoMoreThanTheBoundWhenTrainingIsSlow() throws Exception {
        // Given: a trainer that stands still, which is slower than any
        ObjectNode json = json("slow");
        ((ObjectNode) json.get("training")).put("maxLagBytes", MAX_LAG_BYTES);
        RunSpec spec = RunSpec.read(Json.write(json));
        FaultRun run = run(spec);
        run.submit();
        run.publish(0, 1);
        run.awaitAllTaken();
        signal("STOP", system.process(TRAINER));
        run.publishRest(1);
        Map<String, Long> most = new TreeMap<>();
        try (BlockTopics topics = new BlockTopics(run.kafka())) {
            Await.until("extraction waits", () -> waitsForTrainer(spec.run()));
            Await.until("the topics are full", () -> look(run, topics, most), isFull(spec));

            // When: it continues, and is looked at again and again
            signal("CONT", system.process(TRAINER));
            system.awaitReady();
            Await.until(
                    "the run has ended",
                    FaultRun.PATIENCE,
                    () -> {
                        look(run, topics, most);
                        return run.isRunning();
                    },
                    running -> !running);
        }

        // Then
        spec.sites()
                .forEach(
                        site ->
                                assertThat(most.get(Topics.activationBlocks(spec.run(), site)))
                                        .isBetween(lagBlocks(spec), lagBlocks(spec) + rest(spec)));
        assertThat(most.get(Topics.tokenBlocks(spec.run()))).isPositive();
        assertEndsAsIfNothingHadBeen(run);
        assertThat(lagBlocks(spec) + rest(spec)).isLessThan(blocks() / 2);
    }

    @Test
    void aRunThatGoesOnAfterItHadEndedIsTheLongerRun() throws Exception {
        // Given: a run that has ended, with text left
        ObjectNode json = json("extended");
        RunSpec longer = RunSpec.read(Json.write(json));
        ((ObjectNode) json.get("training")).put("steps", FIRST_STEPS);
        RunSpec spec = RunSpec.read(Json.write(json));
        FaultRun run = run(spec);
        run.submit();
        run.publishRest(0);
        assertThat(run.awaitEnd().state()).isEqualTo(State.ENDED);
        Map<String, String> before = run.weightsAfter(FIRST_STEPS);

        // When: two ask for more at once, and the trainer does not live to see much of it
        FaultRun extended;
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<FaultRun> other = callers.submit(() -> run.extend(longer));
            extended = run.extend(longer);
            other.get();
        }
        KillableProcess trainer = system.process(TRAINER);
        trainer.kill();
        trainer.start();
        system.awaitReady();

        // Then
        assertEndsAsIfNothingHadBeen(extended);
        assertThat(extended.weightsAfter(FIRST_STEPS)).isEqualTo(before).hasSize(4);
    }

    /** Notes how many records the run's topics hold now; returns the most there ever were. */
    private static Map<String, Long> look(
            FaultRun run, BlockTopics topics, Map<String, Long> most) {
        run.retained(topics).forEach((topic, n) -> most.merge(topic, n, Math::max));
        return most;
    }

    private static Predicate<Map<String, Long>> isFull(RunSpec spec) {
        return most ->
                spec.sites().stream()
                        .map(site -> Topics.activationBlocks(spec.run(), site))
                        .allMatch(topic -> most.getOrDefault(topic, 0L) >= lagBlocks(spec));
    }

    private boolean waitsForTrainer(String run) {
        return records(Topics.RUN_PROGRESS).stream()
                .map(record -> RunProgress.read(record.value()))
                .filter(progress -> progress.run().equals(run))
                .filter(progress -> progress.part() instanceof ExtractionProgress)
                .reduce((first, second) -> second)
                .flatMap(RunProgress::message)
                .filter(message -> message.startsWith("waits for the slowest trainer"))
                .isPresent();
    }

    private long blocks() {
        return calm.blocks().values().iterator().next().getFirst().last() + 1;
    }

    /** Returns how many blocks a site's topic holds when all its partitions are closed. */
    private static long lagBlocks(RunSpec spec) {
        long bytes = 4L * spec.blockRows() * ACTIVATION_DIM + ActivationBlockFormat.HEADER_LENGTH;
        int partitions = spec.tokenBlock().partitions();
        return partitions * (spec.training().maxLagBytes() / partitions / bytes);
    }

    /**
     * What a site's topic may hold beside the lag: what was taken since the older of the two kept
     * checkpoints (two intervals of steps, and the buffer that is filled in between), and what is
     * on its way or let through, one block a partition, whatever the lag.
     */
    private static long rest(RunSpec spec) {
        long interval = (long) spec.training().checkpointSteps() * spec.training().batchSize();
        long buffer = (long) spec.training().bufferContexts() * spec.contextLength();
        return Math.ceilDiv(2 * interval + buffer, spec.blockRows())
                + spec.tokenBlock().partitions()
                + BLOCKS_IN_FLIGHT;
    }

    private static void signal(String name, KillableProcess process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
