package org.lexicographer.activation.service;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import ai.djl.Device;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.activation.TestRuns;
import org.lexicographer.activation.model.Activations;
import org.lexicographer.activation.model.DjlModel;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.ActivationBlockFormat.WholeBlock;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.testing.PatientClients;

/** The service as it ships, with a broker, an object store and a small random model. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "activation.model-folder", value = "{folder}/models"),
            @ResourceArg(name = "activation.replica", value = "test-replica")
        })
class ActivationServiceTest {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final long BLOCKS = 7;

    @TempDir static Path folder;

    @Inject ObjectStore objects;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    private BlockTopics topics;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void connect() {
        KafkaConnection kafka = connection();
        topics = new BlockTopics(kafka);
        producer = kafka.producer(Map.of(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private KafkaConnection connection() {
        return KafkaConnection.of(PatientClients.settings(servers));
    }

    @AfterEach
    void disconnect() {
        producer.close();
        topics.close();
    }

    private Path storeModel() {
        Path model = TinyLanguageModel.standard().writeTo(folder.resolve("tiny"));
        objects.ensureBucket();
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                objects.put("models/tiny/" + file.getFileName(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return model;
    }

    private void submit(RunSpec spec) {
        send(Topics.RUNS, spec.run(), spec.toJson());
    }

    private void send(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
        producer.flush();
    }

    private void writeTokens(String run, long blocks) {
        topics.ensure(Topics.tokenBlocks(run), TestRuns.PARTITIONS);
        try (BlockWriter writer = new BlockWriter(connection())) {
            for (long n = 0; n <= blocks; n++) {
                TokenBlock block = n < blocks ? TestRuns.block(n) : TestRuns.end(n);
                byte[] bytes = TokenBlockFormat.encode(block);
                CompletableFuture<Void> stored =
                        writer.write(Topics.tokenBlocks(run), n, TestRuns.PARTITIONS, bytes);
                stored.join();
            }
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.until(what, condition::getAsBoolean);
    }

    private List<ConsumerRecord<byte[], byte[]>> readAll(String topic, int partitions) {
        List<TopicPartition> all = BlockReader.partitions(topic, partitions);
        Map<TopicPartition, Long> ends = topics.ends(all);
        long count = ends.values().stream().mapToLong(Long::longValue).sum();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                connection()
                        .consumer(
                                Map.of(),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long deadline = System.nanoTime() + Await.BOUND.toNanos();
            while (records.size() < count && System.nanoTime() < deadline) {
                consumer.poll(POLL).forEach(records::add);
            }
        }
        return records;
    }

    private Map<Long, ActivationBlock> activations(String run, Site site) {
        Map<Long, ActivationBlock> blocks = new HashMap<>();
        for (var record : readAll(Topics.activationBlocks(run, site), TestRuns.PARTITIONS)) {
            ActivationBlock block = ActivationBlockFormat.decode(record.value());
            assertThat(record.partition()).isEqualTo((int) (block.sequence() % 3));
            blocks.put(block.sequence(), block);
        }
        return blocks;
    }

    private boolean allStored(RunSpec spec) {
        return spec.observedSites().stream()
                .allMatch(
                        site ->
                                topics
                                                .ends(
                                                        BlockReader.partitions(
                                                                Topics.activationBlocks(
                                                                        spec.run(), site),
                                                                TestRuns.PARTITIONS))
                                                .values()
                                                .stream()
                                                .mapToLong(Long::longValue)
                                                .sum()
                                        == BLOCKS + 1);
    }

    private void assertBitsOfTheModel(RunSpec spec, Path folder) {
        try (DjlModel model =
                DjlModel.load(
                        new ModelFolder(folder, "content"),
                        ModelDevices.only(Device.cpu(), Long.MAX_VALUE),
                        ComputeType.FLOAT32)) {
            for (Site site : spec.observedSites()) {
                Map<Long, ActivationBlock> found = activations(spec.run(), site);
                assertThat(found).hasSize((int) BLOCKS + 1);
                assertThat(found.get(BLOCKS).endsStream()).isTrue();
                for (long n = 0; n < BLOCKS; n++) {
                    int[] tokens = TestRuns.block(n).tokens();
                    float[] expected =
                            Activations.of(model, tokens, 8, spec.observedSites()).get(site);
                    WholeBlock whole =
                            new WholeBlock(
                                    n, model.activationDim(site), 0, FloatBuffer.wrap(expected));
                    ActivationBlock block =
                            ActivationBlockFormat.decode(
                                    ActivationBlockFormat.encode(whole, spec.activationType())
                                            .getFirst());
                    assertThat(found.get(n).values()).isEqualTo(block.values());
                }
            }
        }
    }

    @Test
    void tokenBlocksBecomeTheActivationsOfTheModelBitForBit() throws Exception {
        // Given
        Path model = storeModel();
        RunSpec spec = TestRuns.spec("bits");
        writeTokens("bits", BLOCKS);

        // When
        submit(spec);
        await("all blocks", () -> allStored(spec));

        // Then
        assertBitsOfTheModel(spec, model);
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(
                        containsString(
                                "lexicographer_activation_blocks_tokens_total{run=\"bits\",stage=\"0\"}"
                                        + " 112.0"))
                .body(
                        containsString(
                                "lexicographer_activation_blocks_total{run=\"bits\",stage=\"0\"}"
                                        + " 7.0"))
                .body(
                        containsString(
                                "lexicographer_activation_blocks_forward_seconds_count{run=\"bits\",stage=\"0\"}"
                                        + " 7"));
    }

    @Test
    void float16ActivationsAreTheModelsRoundedOnce() throws Exception {
        // Given
        Path model = storeModel();
        RunSpec spec = TestRuns.spec("half", json -> json.put("activationType", "float16"));
        writeTokens("half", BLOCKS);

        // When
        submit(spec);
        await("all blocks", () -> allStored(spec));

        // Then
        assertBitsOfTheModel(spec, model);
    }

    private Optional<RunProgress> lastProgress(String run) {
        return readAll(Topics.RUN_PROGRESS, 1).stream()
                .map(record -> RunProgress.read(record.value()))
                .filter(progress -> progress.run().equals(run))
                .reduce((earlier, later) -> later);
    }

    private void awaitProgress(String run, RunProgress.State state) throws InterruptedException {
        await(
                run + " " + state,
                () -> lastProgress(run).filter(p -> p.state() == state).isPresent());
    }

    @Test
    void aModelThatIsNotThereFailsTheRun() throws Exception {
        // Given
        storeModel();
        RunSpec spec =
                TestRuns.spec(
                        "no-model",
                        json ->
                                json.putObject("languageModel")
                                        .put("uri", "s3://lexicographer/models/other/"));

        // When
        submit(spec);
        awaitProgress("no-model", RunProgress.State.FAILED);

        // Then
        assertThat(lastProgress("no-model").orElseThrow().message())
                .contains("no such language model: uri=s3://lexicographer/models/other/");
    }

    @Test
    void aLocalModelIsRefusedWhereItIsNotAllowed() throws Exception {
        // Given
        RunSpec spec =
                TestRuns.spec(
                        "local", json -> json.putObject("languageModel").put("uri", "file:/etc"));

        // When
        submit(spec);
        awaitProgress("local", RunProgress.State.FAILED);

        // Then
        assertThat(lastProgress("local").orElseThrow().message().orElseThrow())
                .startsWith("local language models are not allowed here");
    }

    @Test
    void aRunSpecThatCannotBeReadIsRejectedAndTheServiceGoesOn() throws Exception {
        // Given
        Path model = storeModel();
        byte[] unreadable = "{\"run\": \"Bad Name\"}".getBytes(UTF_8);

        // When
        send(Topics.RUNS, "bad", unreadable);
        RunSpec spec = TestRuns.spec("after-bad");
        writeTokens("after-bad", BLOCKS);
        submit(spec);
        await("all blocks", () -> allStored(spec));

        // Then
        assertThat(model).exists();
        await(
                "rejected",
                () ->
                        readAll(Topics.REJECTED, 1).stream()
                                .anyMatch(r -> java.util.Arrays.equals(r.value(), unreadable)));
        ConsumerRecord<byte[], byte[]> rejected =
                readAll(Topics.REJECTED, 1).stream()
                        .filter(r -> java.util.Arrays.equals(r.value(), unreadable))
                        .findFirst()
                        .orElseThrow();
        assertThat(new String(rejected.key(), UTF_8)).isEqualTo("bad");
        assertThat(new String(rejected.headers().lastHeader("reason").value(), UTF_8))
                .contains("name not allowed");
        assertThat(new String(rejected.headers().lastHeader("topic").value(), UTF_8))
                .isEqualTo("runs");
    }

    @Test
    void aWithdrawnRunIsCancelled() throws Exception {
        // Given
        storeModel();
        submit(TestRuns.spec("withdrawn"));
        awaitProgress("withdrawn", RunProgress.State.WAITING);

        // When
        send(Topics.RUNS, "withdrawn", null);

        // Then
        awaitProgress("withdrawn", RunProgress.State.CANCELLED);
    }

    @Test
    void isReadyWhileBrokerAndObjectStoreAnswer() {
        storeModel();
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("status", is("UP"))
                .body("checks.name", hasItem("object store"));
        given().get("/q/health/live").then().statusCode(200);
    }

    @Test
    void describesItsRestInterface() {
        given().get("/openapi").then().statusCode(200).body(containsString("/jobs/{run}"));
    }

    @Test
    void answersErrorsWithProblemDetails() {
        given().get("/jobs/nobody")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("status", is(404))
                .body("title", is("Not Found"))
                .body("detail", is("no such job: run=nobody"))
                .body("instance", is("/jobs/nobody"));
        given().get("/nowhere")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", is("no such path: path=/nowhere"));
        given().delete("/jobs")
                .then()
                .statusCode(405)
                .contentType("application/problem+json")
                .body("detail", is("method not allowed: found=DELETE, path=/jobs"));
    }
}
