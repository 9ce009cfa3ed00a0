package org.lexicographer.allinone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.run.ResultRow;
import org.lexicographer.allinone.run.RunWatch;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.HubServer;

/**
 * The commands of the page about a model of one's own, with a small model, little text and few
 * steps: from the hub, through the services, back to the hub and in again.
 */
@ExtendWith(SharedSystem.Parameter.class)
@Timeout(value = 1, unit = TimeUnit.HOURS)
class HubSystemTest {

    private static final String EXPORTED = "mine/own-model.zip";
    private static final List<String> MODEL =
            List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");

    /** What of the page's spec is too large for a test. */
    private static final Map<String, String> SMALLER =
            Map.of(
                    "\"evaluation\": {\"contexts\": 64", "\"evaluation\": {\"contexts\": 16",
                    "\"steps\": 2000", "\"steps\": 20",
                    "\"batchSize\": 1024", "\"batchSize\": 256",
                    "\"bufferContexts\": 512", "\"bufferContexts\": 32",
                    "\"dictionarySize\": 4096", "\"dictionarySize\": 256",
                    "\"warmupSteps\": 100", "\"warmupSteps\": 2",
                    "\"decayStart\": 1600", "\"decayStart\": 16");

    private static final String EVALUATE =
            """
            head -c 8000 README.md > /tmp/mine/hub.txt
            curl -sS --fail-with-body -H 'Content-Type: application/json' \\
              -d '{"name": "own-text", "uri": "file:/tmp/mine/hub.txt"}' \\
              http://localhost:8084/dictionaries/%s/layers.3.mlp.out/topk/evaluations
            """;

    /** Formats fold normalisation into weights, which rounds them. */
    private static final double FOLDED = 1e-4;

    @Test
    void aModelsNameBecomesAPublishedDictionary(SharedSystem shared) throws Exception {
        // Given
        RunningSystem system = shared.system();
        PageShell shell = new PageShell(system);
        ReadmeBlocks page = ReadmeBlocks.of(SharedSystem.HOME.resolve("docs/your-own-model.md"));
        String commit = fill(shared.hub());

        // When: up to the dictionary
        shell.run(smaller(page.block("spec")));
        byte[] answer = shell.run(page.block("submit")).getBytes(UTF_8);
        RunSpec spec = RunSpec.read(Json.tree(answer).path("spec"));
        shell.run(page.block("publish"));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        List<ResultRow> rows =
                new RunWatch(system, spec, false).await(ProgressDisplay.of(nowhere, false));

        // Then
        assertThat(spec.languageModel().uri()).endsWith("@" + commit);
        assertThat(rows).singleElement().satisfies(row -> assertThat(row.l0()).isEqualTo(32.0));
        assertThat(shell.run(page.block("status"))).contains("\"ENDED\"");
        assertThat(shell.run(page.block("result"))).contains("layers.3.mlp.out");
        assertThat(shards(system)).anyMatch(it -> it.contains("train/00.jsonl.zst\""));
        assertThat(shards(system)).anyMatch(it -> it.contains("-of-00001.parquet\""));
        Await.until(
                "statistics of latents", () -> new RestClient().get(latents(system)).isPresent());
        assertThat(shell.run(page.block("latents"))).contains("density");

        // When: out, and in again
        shell.run(page.block("export"));
        shared.hub().put("models/you/pythia-70m-dictionaries", exported());
        String imported = shell.run(page.block("import"));

        // Then
        assertThat(imported).contains("\"published/layers.3.mlp.out/topk\"");
        assertThat(lossRecovered(shell, "published"))
                .isCloseTo(lossRecovered(shell, "own-model"), within(FOLDED));
    }

    /** Returns the model's commit. */
    private static String fill(HubServer hub) throws IOException {
        hub.put(
                "datasets/monology/pile-uncopyrighted",
                Map.of("train/00.jsonl.zst", Zstd.compress(jsonLines())));
        hub.put(
                "datasets/roneneldan/TinyStories",
                Map.of("data/train-00000-of-00001.parquet", resource("/hub/text.parquet")));
        Map<String, byte[]> model = new HashMap<>();
        for (String file : MODEL) {
            model.put(file, resource("/demo-model/" + file));
        }
        return hub.put("models/EleutherAI/pythia-70m-deduped", model);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream content = HubSystemTest.class.getResourceAsStream(name)) {
            return content.readAllBytes();
        }
    }

    private static byte[] jsonLines() throws IOException {
        String page = Files.readString(SharedSystem.HOME.resolve("docs/run-spec.md"));
        StringBuilder lines = new StringBuilder();
        for (String paragraph : page.split("\n\n")) {
            lines.append(new String(Json.write(Map.of("text", paragraph)), UTF_8)).append('\n');
        }
        return lines.toString().getBytes(UTF_8);
    }

    private static String smaller(String block) {
        String result = block;
        for (Map.Entry<String, String> number : SMALLER.entrySet()) {
            assertThat(result).contains(number.getKey());
            result = result.replace(number.getKey(), number.getValue());
        }
        return result;
    }

    private static List<String> shards(RunningSystem system) {
        ObjectStore store = system.objectStore();
        try (Stream<ObjectStat> shards = store.list(ObjectKeys.datasetShards("own-model"))) {
            return shards.map(shard -> new String(store.bytes(shard.key()), UTF_8)).toList();
        }
    }

    private static String latents(RunningSystem system) {
        return system.url(Service.EVALUATION)
                + "dictionaries/own-model/layers.3.mlp.out/topk/latents";
    }

    /** Returns the folder that the page uploads. */
    private static Map<String, byte[]> exported() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (InputStream file = Files.newInputStream(SharedSystem.FOLDER.resolve(EXPORTED));
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put("layers.3.mlp.out/" + entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static double lossRecovered(PageShell shell, String run) throws Exception {
        String evaluated = shell.run(EVALUATE.formatted(run));
        return Json.read(evaluated.getBytes(UTF_8), Evaluation.class)
                .metric("loss_recovered")
                .orElseThrow();
    }
}
