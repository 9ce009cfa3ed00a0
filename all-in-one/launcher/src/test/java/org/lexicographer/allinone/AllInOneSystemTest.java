package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.client.TopicTail;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.run.ProgressDisplay;
import org.lexicographer.allinone.run.ResultRow;
import org.lexicographer.allinone.run.RunWatch;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * The whole path through the four services as they ship, in their own processes: the README's own
 * run, submitted with the README's own commands, from its text to its evaluation.
 */
@ExtendWith(SharedSystem.Parameter.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.HOURS)
class AllInOneSystemTest {

    private static final String PROBLEM_SCHEMA =
            "/4XX/content/application~1problem+json/schema/$ref";

    private static final Path HOME = SharedSystem.HOME;
    private static final Path FOLDER = SharedSystem.FOLDER;

    private static final DictionaryId DICTIONARY =
            DictionaryId.parse("mine/layers.1.mlp.out/small");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** Figures travel as decimal text of float64 and are compared with what they were made of. */
    private static final double ROUNDING = 1e-9;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private RunningSystem system;
    private ReadmeBlocks readme;
    private RunSpec spec;
    private List<ResultRow> rows;
    private String results;

    @BeforeAll
    void trainAndEvaluateTheReadmesRun(SharedSystem shared) throws Exception {
        system = shared.system();
        readme = ReadmeBlocks.of(HOME.resolve("README.md"));
        shell("submit");
        shell("publish");
        shell("s3");
        spec = RunSpec.read(Files.readAllBytes(FOLDER.resolve("mine/run.json")));
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        rows = new RunWatch(system, spec, false).await(ProgressDisplay.of(out, false));
        results = shell("result");
    }

    @Test
    void reportsSensibleFiguresForTheFinalDictionary() {
        assertThat(rows)
                .singleElement()
                .satisfies(
                        row -> {
                            assertThat(row.mse()).isPositive().isFinite();
                            assertThat(row.l1()).isPositive().isFinite();
                            assertThat(row.l0()).isBetween(1.0, 256.0);
                            assertThat(row.alive()).isBetween(0.1, 1.0);
                            assertThat(row.lossRecovered()).isBetween(0.3, 1.0);
                        });
    }

    @Test
    void countsEveryTokenOnce() {
        // When
        List<DictionaryCheckpoint> checkpoints = checkpoints();

        // Then
        long trained = (long) spec.training().steps() * spec.training().batchSize();
        long heldOut = (long) spec.evaluation().contexts() * spec.contextLength();
        assertThat(checkpoints.getLast().isFinal()).isTrue();
        assertThat(checkpoints.getLast().step()).isEqualTo(spec.training().steps());
        assertThat(checkpoints.getLast().tokens()).isEqualTo(trained);
        assertThat(rows.getFirst().tokens()).isEqualTo(heldOut);
    }

    @Test
    void storesTheEvaluationThatItReports() {
        // Given
        String key =
                ObjectKeys.evaluation(DICTIONARY, spec.training().steps(), Evaluation.HELD_OUT);

        // When
        Evaluation stored = Json.read(system.objectStore().bytes(key), Evaluation.class);

        // Then
        double original = stored.metric("loss_original").orElseThrow();
        double reconstructed = stored.metric("loss_reconstructed").orElseThrow();
        double zero = stored.metric("loss_zero").orElseThrow();
        assertThat(original).isLessThan(reconstructed).isLessThan(zero);
        assertThat(rows.getFirst().lossRecovered())
                .isCloseTo((zero - reconstructed) / (zero - original), within(ROUNDING));
    }

    @Test
    void keepsTheDictionaryWhereItsCheckpointSays() {
        // When
        String prefix = checkpoints().getLast().prefix();

        // Then
        assertThat(system.objectStore().list(prefix).map(object -> object.key()))
                .contains(prefix + "config.json", prefix + "dictionary.safetensors");
    }

    @Test
    void theReadmesCommandsShowWhatTheRunIsWorth() {
        assertThat(results)
                .contains("\"ENDED\"")
                .contains("layers.1.mlp.out")
                .contains("lossRecovered")
                .contains("own-text");
    }

    @Test
    void theReadmesWalkOnAClusterLeadsToADictionary() throws Exception {
        // Given
        Path file = HOME.resolve("k8s/overlays/dev/run.json");
        RunSpec first = RunSpec.read(Files.readAllBytes(file));

        // When
        shell("first");
        new RunWatch(system, first, false).await(ProgressDisplay.of(new PrintStream(shown), false));
        String result = shell("recovered");

        // Then
        assertThat(result).contains("\"ENDED\"").contains("lossRecovered");
    }

    @Test
    void theCommandsOfTheFormatsPageCarryADictionaryOutAndIn() throws Exception {
        // Given
        ReadmeBlocks page = ReadmeBlocks.of(HOME.resolve("docs/formats.md"));

        // When
        shell("export", page);
        String imported = shell("import", page);
        String evaluated = shell("evaluate", page);

        // Then
        assertThat(imported)
                .contains("\"mine/layers.1.mlp.out/small-again\"")
                .contains("\"elsewhere/layers.1.mlp.out/small\"")
                .contains("\"imported\"");
        assertThat(evaluated).contains("loss_recovered").contains("own-text");
    }

    @Test
    void theReadmesKafkaCommandPublishesTheSameMessagesAsItsRestCommands() {
        // Given
        String block = PageShell.inFolder(readme.block("kafka"));

        // When
        List<DatasetMessage> typed =
                block.lines()
                        .filter(line -> line.startsWith("mine|"))
                        .map(line -> message(line.substring(line.indexOf('|') + 1)))
                        .toList();

        // Then
        assertThat(typed).hasSize(2).isEqualTo(published());
        assertThat(block).contains("--topic " + Topics.DATASET_SHARDS);
    }

    @Test
    void rejectsNothing() {
        assertThat(records(Topics.REJECTED)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void everyServiceDescribesItsRestInterface(Service service) {
        // When
        JsonNode described =
                new RestClient().get(system.url(service) + "openapi?format=json").orElseThrow();

        // Then
        assertThat(described.path("openapi").asText()).startsWith("3.");
        assertThat(described.at("/components/schemas/FieldError/properties/rule").isObject())
                .isTrue();
        assertThat(described.findValues("responses"))
                .isNotEmpty()
                .allSatisfy(
                        responses ->
                                assertThat(responses.at(PROBLEM_SCHEMA).asText())
                                        .isEqualTo("#/components/schemas/Problem"));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void everyServiceTellsItsHealthAndItsMetrics(Service service) throws IOException {
        // When
        JsonNode health = new RestClient().get(system.url(service) + "q/health").orElseThrow();
        URI page = URI.create(system.url(service) + "q/metrics");
        String metrics;
        try (InputStream text = page.toURL().openStream()) {
            metrics = new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }

        // Then
        assertThat(health.path("status").asText()).isEqualTo("UP");
        assertThat(metrics)
                .contains("jvm_memory_used_bytes", "process_cpu_usage", "lexicographer_jobs_owned");
    }

    private List<DictionaryCheckpoint> checkpoints() {
        return records(Topics.DICTIONARIES).stream()
                .map(json -> Json.read(json, DictionaryCheckpoint.class))
                .filter(checkpoint -> checkpoint.dictionary().equals(DICTIONARY))
                .toList();
    }

    private List<DatasetMessage> published() {
        return records(Topics.DATASET_SHARDS).stream().map(DatasetMessage::read).toList();
    }

    private static DatasetMessage message(String json) {
        return DatasetMessage.read(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the records of the README's run; the system is shared with others. */
    private List<byte[]> records(String topic) {
        try (TopicTail tail = TopicTail.of(system.bootstrapServers(), List.of(topic))) {
            return tail.all(BETWEEN_LOOKS).stream()
                    .filter(record -> isOfRun(new String(record.key(), StandardCharsets.UTF_8)))
                    .map(ConsumerRecord::value)
                    .toList();
        }
    }

    private boolean isOfRun(String key) {
        return key.equals(spec.run()) || key.startsWith(spec.run() + "/");
    }

    /** Runs a block of a page against this system and returns what it prints. */
    private String shell(String block) throws IOException, InterruptedException {
        return shell(block, readme);
    }

    private String shell(String block, ReadmeBlocks page) throws IOException, InterruptedException {
        return new PageShell(system).run(page.block(block));
    }
}
