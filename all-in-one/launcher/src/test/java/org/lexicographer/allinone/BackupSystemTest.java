package org.lexicographer.allinone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lexicographer.allinone.chaos.ChaosResult;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.testing.Await;

/** The commands that back a bucket up and restore it, into a system of its own. */
@ExtendWith(SharedSystem.Parameter.class)
@Timeout(value = 1, unit = TimeUnit.HOURS)
@ReleaseTest
class BackupSystemTest {

    private static final String IN_FLIGHT = "in-flight";
    private static final List<String> SHOWN =
            List.of(
                    "runs/calm/evaluations",
                    "dictionaries/calm/layers.0.mlp.out/standard",
                    "dictionaries/calm/layers.0.mlp.out/standard/latents",
                    "dictionaries/calm/layers.0.mlp.out/standard/latents/1");

    private final RestClient rest = new RestClient();
    private final Path folder = SharedSystem.FOLDER.resolve("backup");

    @Test
    void aSystemOfItsOwnGoesOnFromABackup(SharedSystem shared) throws Exception {
        // Given: a run that has ended, with statistics, and one in flight
        KillableSystem system = shared.system();
        ChaosResult undisturbed =
                shared.undisturbed(new PrintStream(OutputStream.nullOutputStream()));
        awaitStatistics(system);
        RunSpec inFlight = begin(shared);

        // When
        String said = command("backup", system);
        new ShardPublisher(system.bootstrapServers()).publish(List.of(new DatasetEnd(IN_FLIGHT)));
        try (DataFolder data = DataFolder.take(SharedSystem.FOLDER.resolve("restored"))) {
            data.clear();
            try (KillableSystem other = new KillableSystem(SharedSystem.HOME, data)) {
                other.start();
                said += command("restore", other);

                // Then
                assertThat(said).contains("run in-flight had not ended");
                for (String path : SHOWN) {
                    assertThat(shown(other, path)).as(path).isEqualTo(shown(system, path));
                }
                String calm = other.url(Service.TRAINER) + "runs/calm";
                assertThat(rest.get(calm).orElseThrow().path("state").asText()).isEqualTo("ENDED");

                // When: the run that was in flight starts again
                startAgain(other, shared);

                // Then
                assertThat(awaitEnd(other)).isEqualTo("ENDED");
                ChaosResult again = ChaosResult.of(other.objectStore(), inFlight);
                assertThat(again).isEqualTo(undisturbed);
                assertThat(again.tookEveryBlockOnce()).isTrue();
            }
        }
    }

    private void awaitStatistics(RunningSystem system) {
        String latents =
                system.url(Service.EVALUATION)
                        + "dictionaries/calm/layers.0.mlp.out/standard/latents";
        Await.until(
                "the dictionaries to be evaluated",
                () -> evaluated(system.objectStore()),
                count -> count == 4);
        Await.until("statistics of latents", () -> rest.get(latents).isPresent());
    }

    private static long evaluated(ObjectStore store) {
        try (Stream<ObjectStat> stored = store.list(ObjectKeys.EVALUATIONS + "calm/")) {
            return stored.count();
        }
    }

    /** Trains on the first shard of the run that ended undisturbed. */
    private RunSpec begin(SharedSystem shared) throws IOException {
        KillableSystem system = shared.system();
        byte[] calm = system.objectStore().bytes(ObjectKeys.runSpec("calm"));
        byte[] json = new String(calm, UTF_8).replace("calm", IN_FLIGHT).getBytes(UTF_8);
        rest.post(system.url(Service.TRAINER) + "runs", json);
        publish(system, shared, 0, 2);
        RunSpec spec = RunSpec.read(json);
        Await.until(
                "a checkpoint",
                () -> {
                    ObjectStore store = system.objectStore();
                    return spec.sites().stream()
                            .allMatch(site -> hasBegun(store, IN_FLIGHT, site.toString()));
                });
        return spec;
    }

    private static boolean hasBegun(ObjectStore store, String run, String site) {
        String prefix = ObjectKeys.run(run) + "checkpoints/" + site + "/step";
        try (Stream<ObjectStat> stored = store.list(prefix)) {
            return stored.findFirst().isPresent();
        }
    }

    private static void publish(RunningSystem system, SharedSystem shared, int from, int to) {
        for (int shard = from; shard < to; shard++) {
            new ShardPublisher(system.bootstrapServers())
                    .publish(List.of(shared.dataset().message(IN_FLIGHT, shard)));
        }
    }

    /** As {@code ./run} runs it, of the packaged service. */
    private String command(String name, RunningSystem system)
            throws IOException, InterruptedException {
        Path app = SharedSystem.HOME.resolve("trainer-service/target/quarkus-app");
        String program = Map.of("backup", "BackupCommand", "restore", "RestoreCommand").get(name);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                "%1$s/app/*:%1$s/lib/main/*:%1$s/lib/boot/*".formatted(app),
                                "org.lexicographer.runstore.backup." + program,
                                folder.toString(),
                                "--store=" + system.endpoint())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private Object shown(RunningSystem system, String path) {
        return rest.get(system.url(Service.EVALUATION) + path).orElseThrow();
    }

    private void startAgain(RunningSystem system, SharedSystem shared) throws IOException {
        Path start = folder.resolve("start-again").resolve(IN_FLIGHT);
        byte[] shards = Files.readAllBytes(start.resolve("shards.json"));
        rest.post(
                system.url(Service.TRAINER) + "runs",
                Files.readAllBytes(start.resolve("run.json")));
        rest.post(system.url(Service.TOKENIZER) + "runs/" + IN_FLIGHT + "/shards", shards);
        publish(system, shared, Json.tree(shards).size(), shared.dataset().size());
        new ShardPublisher(system.bootstrapServers()).publish(List.of(new DatasetEnd(IN_FLIGHT)));
    }

    private String awaitEnd(RunningSystem system) {
        byte[] end =
                Await.until(
                        "the run's end",
                        () -> end(system.objectStore()),
                        found -> found.length > 0);
        return RunEnd.read(end).state().name();
    }

    private static byte[] end(ObjectStore store) {
        String key = ObjectKeys.runEnd(IN_FLIGHT);
        return store.stat(key).isPresent() ? store.bytes(key) : new byte[0];
    }
}
