package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.allinone.chaos.ChaosResult;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.RunClient;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;

/**
 * Replicas come and go in the middle of a run as the meters say that services are scaled by, down
 * to no activation-service at all, and the run's dictionaries are those of one that was left alone.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@ReleaseTest
class ScalingSystemTest {

    private static final Path FOLDER =
            SharedSystem.HOME.resolve("all-in-one/launcher/target/scaling-test");

    /** What a trainer-service has until the size of a job is known. */
    private static final long MEMORY = 10_000_000_000L;

    private static final Map<String, String> SETTINGS =
            Map.of("trainer.memory", Long.toString(MEMORY), "trainer.pending-check", "PT0.5S");

    private static final int SHARDS = 3;

    /** Enough text for some steps of a job, and not much more. */
    private static final int SHARD_CHARACTERS = 40_000;

    private KillableSystem system;
    private ChaosDataset text;
    private FollowedMeters replicas;

    @Test
    void replicasFollowTheWorkAndTheBitsStayTheSame() throws Exception {
        try (DataFolder data = DataFolder.take(FOLDER)) {
            data.clear();
            data.prepare();
            LauncherLog.to(data.log("servers"));
            try (KillableSystem started = new KillableSystem(SharedSystem.HOME, data, SETTINGS)) {
                system = started;
                system.start();
                text =
                        ChaosDataset.of(
                                SharedSystem.HOME.resolve(
                                        "all-in-one/launcher/target/demo-dataset"),
                                SHARDS,
                                SHARD_CHARACTERS);
                DemoModel.upload(system.objectStore());
                text.upload(system.objectStore());
                follow(train("calm"));
            }
            data.clear();
        }
    }

    private RunSpec train(String run) {
        RunSpec spec = submit(run);
        IntStream.range(0, SHARDS).forEach(shard -> publish(text.message(run, shard)));
        publish(new DatasetEnd(run));
        system.await("the run to end", () -> hasEnded(spec));
        return spec;
    }

    private void follow(RunSpec calm) throws Exception {
        // Given: trainer-services with room for one job each, and nothing to do
        replicas = new FollowedMeters(system, Map.of("trainer.memory", roomForOne(calm)));
        replicas.replaceTrainer();
        replicas.followUntil("nobody to extract", () -> replicas.count(Service.ACTIVATION) == 0);

        // When: two runs are there, and both have some text
        RunSpec scaled = submit("scaled");
        publish(text.message(scaled.run(), 0));
        RunSpec other = submit("other");
        publish(text.message(other.run(), 0));

        // Then: somebody extracts, and a second trainer-service takes the job without an owner
        replicas.followUntil("both to be at work", () -> replicas.areAtWork(scaled, other));
        assertThat(replicas.count(Service.TRAINER)).isEqualTo(2);

        // When: one of them ends
        publish(new DatasetEnd(other.run()));
        replicas.leavesFirst(scaled);
        replicas.followUntil(
                "the other run to end, and replicas to leave",
                () ->
                        hasEnded(other)
                                && replicas.count(Service.TRAINER) == 1
                                && replicas.count(Service.ACTIVATION) == 0);

        // Then: the one that had the other job has left, and the job goes on elsewhere
        assertThat(hasEnded(scaled)).isFalse();
        assertThat(replicas.changes()).contains("- trainer-service of scaled");

        // When: there is more text
        int before = replicas.changes().size();
        IntStream.range(1, SHARDS).forEach(shard -> publish(text.message(scaled.run(), shard)));
        publish(new DatasetEnd(scaled.run()));
        replicas.followUntil("the run to end", () -> hasEnded(scaled));

        // Then
        assertThat(replicas.changes().get(before)).isEqualTo("+ activation-service");
        assertThat(ChaosResult.of(system.objectStore(), scaled))
                .isEqualTo(ChaosResult.of(system.objectStore(), calm));
    }

    /**
     * Returns the setting by which one job of the run has room beside the heap, and two have not.
     */
    private String roomForOne(RunSpec spec) throws IOException, InterruptedException {
        HttpRequest dryRun =
                HttpRequest.newBuilder(URI.create(system.url(Service.TRAINER) + "runs?dryRun=true"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(spec.toJson()))
                        .build();
        byte[] answer =
                HttpClient.newHttpClient()
                        .send(dryRun, HttpResponse.BodyHandlers.ofByteArray())
                        .body();
        JsonNode memory = Json.tree(answer).path("memory");
        long budget = memory.at("/budget/offHeap").longValue();
        long job = memory.at("/jobs/0/amount/offHeap").longValue();
        assertThat(budget).isGreaterThan(2 * job);
        return Long.toString(MEMORY - budget + job * 3 / 2);
    }

    private RunSpec submit(String run) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("run", run).put("contextLength", 64);
        json.putObject("languageModel").put("uri", "s3://lexicographer/models/demo/");
        json.putObject("evaluation").put("contexts", 8).put("source", "stream");
        json.putObject("training")
                .put("steps", 1_000_000)
                .put("batchSize", 256)
                .put("bufferContexts", 128)
                .put("normalizeActivations", true)
                .put("checkpointSteps", 20);
        json.putArray("sites").add("layers.0.mlp.out");
        json.putArray("recipes")
                .addObject()
                .put("name", "standard")
                .put("type", "standard")
                .put("dictionarySize", 256)
                .put("learningRate", 0.002)
                .put("sparsityPenalty", 0.1);
        RunSpec spec = RunSpec.read(json);
        new RunClient(system).submit(spec);
        return spec;
    }

    private void publish(DatasetMessage message) {
        new ShardPublisher(system.bootstrapServers()).publish(List.of(message));
    }

    private boolean hasEnded(RunSpec spec) {
        String key = ObjectKeys.runEnd(spec.run());
        if (system.objectStore().stat(key).isEmpty()) {
            return false;
        }
        RunEnd end = RunEnd.read(system.objectStore().bytes(key));
        assertThat(end.state()).as(end.toString()).isEqualTo(State.ENDED);
        return true;
    }
}
