package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.allinone.chaos.ChaosResult;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.ServiceReplica;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.testing.Await;

/**
 * A trainer-service whose node is drained while it writes a checkpoint of two gigabytes, and one
 * that is drained while it trains: neither loses a step, and another goes on where it stopped.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
@ReleaseTest
class LeavingSystemTest {

    private static final Path FOLDER =
            SharedSystem.HOME.resolve("all-in-one/launcher/target/leaving-test");

    private static final Site SITE = Site.parse("layers.0.mlp.out");

    /** Weights and moments of a dictionary with 65,536 latents of 128 numbers take 201 MB. */
    private static final int RECIPES = 10;

    private static final int LATENTS = 65_536;
    private static final long STATE_BYTES = 2_000_000_000L;
    private static final int STEPS = 12;
    private static final int CHECKPOINT_STEPS = 4;
    private static final int SHARDS = 2;

    /** No machine takes as long for such a checkpoint. */
    private static final Map<String, String> PATIENT = Map.of("leaving.jobs", "30m");

    private static final Duration PATIENCE = Duration.ofMinutes(40);

    private final RestClient rest = new RestClient();

    @Test
    void aDrainedReplicaLosesNoStep() throws IOException {
        try (DataFolder data = DataFolder.take(FOLDER)) {
            data.clear();
            data.prepare();
            LauncherLog.to(data.log("servers"));
            try (KillableSystem system = new KillableSystem(SharedSystem.HOME, data, PATIENT)) {
                system.start();
                ChaosDataset text =
                        ChaosDataset.of(
                                SharedSystem.HOME.resolve(
                                        "all-in-one/launcher/target/demo-dataset"),
                                SHARDS);
                DemoModel.upload(system.objectStore());
                text.upload(system.objectStore());

                // Given
                RunSpec calm = spec("calm");
                submit(system, text, calm);
                awaitEnd(system, calm);

                // When
                RunSpec drained = spec("drained");
                submit(system, text, drained);
                drain(system, drained, 1, LeavingSystemTest::isCheckpointBeingWritten);
                drain(system, drained, 2, this::isTrainingOn);
                awaitEnd(system, drained);

                // Then
                assertThat(ChaosResult.of(system.objectStore(), drained))
                        .isEqualTo(ChaosResult.of(system.objectStore(), calm));
            }
            data.clear();
        }
    }

    /** When a replica is to be told to leave. */
    private interface Moment {
        boolean hasCome(KillableSystem system, RunSpec spec);
    }

    /** Drains one of two trainer-services, the one that has the job. */
    private void drain(KillableSystem system, RunSpec spec, int number, Moment moment)
            throws IOException {
        ServiceReplica replica = (ServiceReplica) system.process("trainer-service-" + number);
        system.await("the job to be at work", () -> hasStarted(spec, number));
        system.add(Service.TRAINER, Map.of());
        system.awaitReady();
        system.await("the moment to leave", () -> moment.hasCome(system, spec));

        long start = System.nanoTime();
        system.remove(replica.name()).requestStop();
        Await.until("no request to be sent there", () -> !rest.isReady(replica.url()));
        Duration unready = Duration.ofNanos(System.nanoTime() - start);
        replica.awaitStop();
        Duration left = Duration.ofNanos(System.nanoTime() - start);

        long newest = newest(system, spec).path("step").longValue();
        system.await("another to go on", () -> hasStarted(spec, number + 1));
        Duration continued = Duration.ofNanos(System.nanoTime() - start).minus(left);
        assertThat(log(number + 1))
                .contains(
                        "job starts: run=%s, site=%s, step=%d,"
                                .formatted(spec.run(), SITE, newest));
        assertThat(log(number))
                .contains("trainer-service stopped in")
                .doesNotContain("job lost", "job does not stop", "halted");
        assertThat(lastStep(spec, number)).as("the step that it had reached").isEqualTo(newest);
        System.out.printf(
                "%s was not ready after %d ms, left after %d ms with step %d;"
                        + " another had the job %d ms later%n",
                replica.name(), unready.toMillis(), left.toMillis(), newest, continued.toMillis());
    }

    private static RunSpec spec(String run) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("run", run).put("contextLength", 64);
        spec.putObject("languageModel").put("uri", "s3://lexicographer/models/demo/");
        spec.putObject("evaluation").put("contexts", 2).put("source", "stream");
        spec.putObject("training")
                .put("steps", STEPS)
                .put("batchSize", 64)
                .put("bufferContexts", 64)
                .put("normalizeActivations", true)
                .put("checkpointSteps", CHECKPOINT_STEPS);
        spec.putArray("sites").add(SITE.toString());
        ArrayNode recipes = spec.putArray("recipes");
        IntStream.range(0, RECIPES)
                .forEach(
                        seed ->
                                recipes.addObject()
                                        .put("name", "seed-" + seed)
                                        .put("type", "topK")
                                        .put("dictionarySize", LATENTS)
                                        .put("k", 16)
                                        .put("seed", seed)
                                        .put("learningRate", 1e-3));
        return RunSpec.read(spec);
    }

    private static void submit(KillableSystem system, ChaosDataset text, RunSpec spec) {
        new RunClient(system).submit(spec);
        List<DatasetMessage> messages =
                Stream.<DatasetMessage>concat(
                                IntStream.range(0, SHARDS)
                                        .mapToObj(shard -> text.message(spec.run(), shard)),
                                Stream.of(new DatasetEnd(spec.run())))
                        .toList();
        new ShardPublisher(system.bootstrapServers()).publish(messages);
    }

    private static void awaitEnd(KillableSystem system, RunSpec spec) {
        Await.until(
                "the run has ended",
                PATIENCE,
                () -> {
                    system.check();
                    return system.objectStore().stat(ObjectKeys.runEnd(spec.run()));
                },
                Optional::isPresent);
        byte[] end = system.objectStore().bytes(ObjectKeys.runEnd(spec.run()));
        assertThat(RunEnd.read(end).state()).isEqualTo(State.ENDED);
    }

    private static Optional<JsonNode> manifest(KillableSystem system, RunSpec spec) {
        String key = ObjectKeys.checkpointManifest(spec.run(), SITE);
        return system.objectStore().stat(key).map(it -> Json.tree(system.objectStore().bytes(key)));
    }

    /** Returns the newest checkpoint, which has two gigabytes. */
    private static JsonNode newest(KillableSystem system, RunSpec spec) {
        JsonNode checkpoints = manifest(system, spec).orElseThrow().path("checkpoints");
        JsonNode newest = checkpoints.path(checkpoints.size() - 1);
        assertThat(newest.at("/recipes/size").longValue()).isGreaterThanOrEqualTo(STATE_BYTES);
        return newest;
    }

    /** Tells whether a checkpoint's first object is stored and the checkpoint not named yet. */
    private static boolean isCheckpointBeingWritten(KillableSystem system, RunSpec spec) {
        String named = manifest(system, spec).map(JsonNode::toString).orElse("");
        try (Stream<ObjectStat> stored =
                system.objectStore().list(ObjectKeys.checkpoints(spec.run(), SITE))) {
            return stored.map(ObjectStat::key)
                    .anyMatch(key -> isOfStep(key) && !named.contains(key));
        }
    }

    /** What a run can go on from once it has ended is stored in another folder. */
    private static boolean isOfStep(String key) {
        return key.contains("/step-") && key.endsWith("/buffer.f32");
    }

    /** Tells whether steps were taken after the newest checkpoint. */
    private boolean isTrainingOn(KillableSystem system, RunSpec spec) {
        long saved = newest(system, spec).path("step").longValue();
        JsonNode status =
                rest.get(system.url(Service.TRAINER) + "runs/" + spec.run()).orElseThrow();
        return Stream.of(Json.bind(status.path("progress"), RunProgress[].class))
                .map(RunProgress::part)
                .filter(TrainingProgress.class::isInstance)
                .anyMatch(part -> ((TrainingProgress) part).step() > saved);
    }

    private static String log(int number) throws IOException {
        return Files.readString(
                FOLDER.resolve("logs/trainer-service-%d-start-0.log".formatted(number)));
    }

    private static boolean hasStarted(RunSpec spec, int number) {
        try {
            return log(number).contains("job starts: run=%s,".formatted(spec.run()));
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Returns the step after which a replica's job has stopped. */
    private static long lastStep(RunSpec spec, int number) throws IOException {
        Matcher stops =
                Pattern.compile(
                                "job stops: run=%s, site=%s, step=(\\d+)"
                                        .formatted(spec.run(), SITE))
                        .matcher(log(number));
        assertThat(stops.find()).as("the job has stopped").isTrue();
        return Long.parseLong(stops.group(1));
    }
}
