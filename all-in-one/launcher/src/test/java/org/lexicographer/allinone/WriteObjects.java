package org.lexicographer.allinone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.ShardPublisher;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.testing.Await;

/**
 * Writes the objects that the services of a release store, for the tests that later versions read
 * them: a run that has ended, one at work, and an import. How it is called is in CONTRIBUTING.md.
 */
final class WriteObjects {

    private static final String SPEC =
            """
            {"run": "%s", "languageModel": {"uri": "s3://lexicographer/models/demo/",
             "revision": "1"}, "contextLength": 16, "tokenBlock": {"contexts": 2, "partitions": 2},
             "evaluation": {"contexts": 2, "source": "stream"},
             "training": {"steps": %d, "batchSize": 16, "bufferContexts": 4,
                          "normalizeActivations": true, "checkpointSteps": 3,
                          "keepCheckpoints": [3], "seed": 0},
             "sites": ["layers.0.mlp.out"],
             "recipes": [{"name": "first", "type": "standard", "dictionarySize": 8,
                          "learningRate": 0.001, "schedule": {"warmupSteps": 2},
                          "sparsityPenalty": 0.1},
                         {"name": "second", "type": "topK", "dictionarySize": 8, "k": 2,
                          "learningRate": 0.001, "schedule": {"warmupSteps": 2}}]}
            """;

    private static final String SHARD = "s3://lexicographer/datasets/text.jsonl";
    private static final String FIRST = "layers.0.mlp.out/first";

    private final HttpClient http = HttpClient.newHttpClient();
    private final KillableSystem system;
    private final ObjectStore store;

    private WriteObjects(KillableSystem system) {
        this.system = system;
        this.store = system.objectStore();
    }

    /**
     * Runs the services of a release and writes what they store.
     *
     * @param arguments a checkout of the release, which has been built, a folder to work in, and
     *     the file to write
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (DataFolder data = DataFolder.take(Path.of(arguments[1]));
                KillableSystem system = new KillableSystem(Path.of(arguments[0]), data)) {
            data.clear();
            system.start();
            WriteObjects writer = new WriteObjects(system);
            writer.train();
            writer.write(Path.of(arguments[2]));
        }
    }

    private void train() throws IOException, InterruptedException {
        DemoModel.upload(store);
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < 60; line++) {
            lines.append(
                    "{\"text\": \"The line %d of a small text, and no more.\"}%n".formatted(line));
        }
        store.put("datasets/text.jsonl", lines.toString().getBytes(UTF_8));
        submit("ended", 6);
        publish(new DatasetEnd("ended"));
        Await.until("the run's end", () -> store.stat(ObjectKeys.runEnd("ended")).isPresent());
        Await.until("the evaluations", () -> count(ObjectKeys.EVALUATIONS + "ended/") >= 2);
        importAgain();
        Await.until("the import's", () -> count(ObjectKeys.EVALUATIONS + "ended/") >= 3);
        submit("at-work", 1_000_000);
        Await.until(
                "checkpoints",
                () -> count(ObjectKeys.run("at-work") + "checkpoints/layers.0.mlp.out/step") >= 4);
        Await.until("statistics, where there are some", this::hasSettled);
    }

    private boolean hasSettled() {
        return count(ObjectKeys.STATISTICS_PLANS) == 0
                && count(ObjectKeys.STATISTICS + "wanted/") == 0
                && count(ObjectKeys.STATISTICS + "pairs/") == 0;
    }

    private long count(String prefix) {
        try (Stream<ObjectStat> stored = store.list(prefix)) {
            return stored.count();
        }
    }

    private void submit(String run, int steps) {
        new RestClient()
                .post(
                        system.url(Service.TRAINER) + "runs",
                        SPEC.formatted(run, steps).getBytes(UTF_8));
        publish(new DatasetShard(run, SHARD, Split.TRAINING));
    }

    private void publish(DatasetMessage message) {
        new ShardPublisher(system.bootstrapServers()).publish(List.of(message));
    }

    private void importAgain() throws IOException, InterruptedException {
        String dictionaries = system.url(Service.EVALUATION) + "dictionaries/ended/";
        byte[] zip =
                http.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        dictionaries
                                                                + FIRST
                                                                + "/export?format=lexicographer"))
                                        .build(),
                                BodyHandlers.ofByteArray())
                        .body();
        int status =
                http.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        dictionaries
                                                                + "layers.0.mlp.out/imported/import"))
                                        .header("Content-Type", "application/zip")
                                        .POST(BodyPublishers.ofByteArray(zip))
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode();
        if (status != 201) {
            throw new IllegalStateException("not imported: status=" + status);
        }
    }

    /** All but model and dataset, which are not the services'. */
    private void write(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            List<String> keys;
            try (Stream<ObjectStat> all = store.list("")) {
                keys = all.map(ObjectStat::key).toList();
            }
            for (String key : keys) {
                if (!key.startsWith("models/") && !key.startsWith("datasets/")) {
                    zip.putNextEntry(new ZipEntry(key));
                    zip.write(store.bytes(key));
                }
            }
        }
    }
}
