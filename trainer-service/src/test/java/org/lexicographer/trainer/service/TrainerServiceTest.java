package org.lexicographer.trainer.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.startsWith;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.dictionary.config.Lineage.Stopped.Reason;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.testing.PatientClients;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.engine.Specs;
import org.lexicographer.trainer.memory.ProcessMemory;
import org.lexicographer.trainer.stage.Activations;

@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {@ResourceArg(name = "trainer.work-folder", value = "{folder}/work")})
class TrainerServiceTest {

    /** Of four rows of 16 numbers each, with their places: twice the memory of this machine. */
    private static final long MANY_CONTEXTS = ProcessMemory.limit() / (4 * (16 * 4 + 4)) * 2;

    /** The same float64 sum, added in another order. */
    private static final double SAME_SUM = 1e-9;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject ObjectStore objects;

    private void submit(RunSpec spec) {
        given().contentType(ContentType.JSON)
                .body(spec.toJson())
                .when()
                .post("/runs")
                .then()
                .statusCode(201)
                .body("run", equalTo(spec.run()))
                .body("state", equalTo("RUNNING"));
    }

    private static String state(String run) {
        return given().get("/runs/" + run).then().statusCode(200).extract().path("state");
    }

    private static void awaitState(String run, String expected) {
        Await.until("the state of run " + run, () -> state(run), expected::equals);
    }

    private List<String> keys(String prefix) {
        try (Stream<ObjectStat> stats = objects.list(prefix)) {
            return stats.map(ObjectStat::key).toList();
        }
    }

    @Test
    void trainsARunFromBlocksToFinalDictionaries() {
        RunSpec spec = RunSpecs.of("trained", 12);
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), true);
        submit(spec);
        awaitState("trained", "ENDED");

        DictionaryId id = new DictionaryId("trained", RunSpecs.SITE, "first");
        String prefix = ObjectKeys.dictionary(id, 12);
        byte[] config = objects.bytes(prefix + DictionaryFormat.CONFIG_FILE);
        byte[] weights = objects.bytes(prefix + DictionaryFormat.WEIGHTS_FILE);
        DictionaryConfig read = DictionaryFormat.readConfig(config);
        assertThat(read.lineage().orElseThrow().tokens()).isEqualTo(12 * 16);
        assertThat(read.lineage().orElseThrow().seeds().recipe()).isEqualTo(1);
        try (NDManager manager = NDManager.newBaseManager();
                Dictionary dictionary = DictionaryFormat.read(manager, config, weights)) {
            assertThat(dictionary.dictionarySize()).isEqualTo(12);
            assertThat(dictionary.inputDim()).isEqualTo(Activations.DIM);
        }
        assertThat(keys(ObjectKeys.checkpoints("trained", RunSpecs.SITE)))
                .containsExactly(ObjectKeys.checkpointManifest("trained", RunSpecs.SITE));
        given().get("/runs/trained")
                .then()
                .body(
                        "progress.find { it.part == 'trainer/layers.0.mlp.out' }.state",
                        equalTo("ENDED"))
                .body(
                        "progress.find { it.part == 'trainer/layers.0.mlp.out' }.figures.step",
                        equalTo(12.0f));
        given().get("/runs").then().body("run", hasItem("trained"));
        extend("trained", 12)
                .statusCode(400)
                .body("errors.field", contains("steps"))
                .body(
                        "errors.message",
                        contains("not more than the run has: expected=above steps=12, found=12"));
        extend("trained", 24)
                .statusCode(409)
                .body("detail", endsWith("run=trained, reason=none was kept"));
        extend("nobody", 24).statusCode(404);
    }

    private DictionaryConfig config(RunSpec spec, String recipe, long step) {
        DictionaryId id = new DictionaryId(spec.run(), spec.sites().getFirst(), recipe);
        String key = ObjectKeys.dictionary(id, step) + DictionaryFormat.CONFIG_FILE;
        return DictionaryFormat.readConfig(objects.bytes(key));
    }

    @Test
    void endsARunAndNamesTheDictionaryThatDiverged() {
        RunSpec spec = RunSpecs.withRecipe(RunSpecs.of("diverged", 12), "wild", 1e30);
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), true);
        submit(spec);
        awaitState("diverged", "ENDED");

        given().get("/runs/diverged")
                .then()
                .body("message", startsWith("layers.0.mlp.out/wild diverged at step "));
        given().get("/runs/diverged")
                .then()
                .body(
                        "progress.find { it.part == 'trainer/layers.0.mlp.out' }.message",
                        startsWith("wild diverged at step "));
        Lineage wild = config(spec, "wild", 0).lineage().orElseThrow();
        assertThat(wild.stopped().orElseThrow().reason()).isEqualTo(Reason.DIVERGED);
        assertThat(wild.stopped().orElseThrow().step()).isPositive();
        assertThat(wild.tokens()).isZero();
        assertThat(keys(ObjectKeys.dictionary(new DictionaryId("diverged", RunSpecs.SITE, "wild"))))
                .allMatch(key -> key.contains("/step-0000000000/"))
                .hasSize(2);
        assertThat(config(spec, "first", 12).lineage().orElseThrow().stopped()).isEmpty();
    }

    @Test
    void failsARunAllOfWhoseDictionariesDiverged() {
        RunSpec sweep = RunSpecs.withRecipe(RunSpecs.of("lost", 30), "wild", 1e30);
        RunSpec spec = RunSpecs.only(sweep, "wild");
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), true);
        submit(spec);
        awaitState("lost", "FAILED");

        given().get("/runs/lost")
                .then()
                .body("message", startsWith("layers.0.mlp.out/wild diverged at step "));
    }

    @Test
    void stopsEarlyInFrontOfBlocksThatNeverCome() {
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.of("enough", 1000),
                        json ->
                                json.withObject("/training/earlyStop")
                                        .put("window", 10)
                                        .put("patience", 1)
                                        .put("minRelativeImprovement", 0.99));
        Activations.publish(bootstrapServers, spec, 60, false);
        submit(spec);
        awaitState("enough", "ENDED");

        Lineage lineage = config(spec, "first", 20).lineage().orElseThrow();
        assertThat(lineage.stopped().orElseThrow().reason()).isEqualTo(Reason.EARLY_STOP);
        assertThat(lineage.steps()).isEqualTo(20);
        assertThat(lineage.tokens()).isEqualTo(20 * 16);
    }

    /** A run of two sites with a recipe each, of which the first one stops early. */
    private static RunSpec oneStopsEarly(String run) {
        return RunSpecs.changed(
                RunSpecs.of(run, 1000),
                json -> {
                    json.withArray("sites").add(RunSpecs.STRETCHER_SITE.toString());
                    json.withObject("/recipes/0").withArray("sites").add(RunSpecs.SITE.toString());
                    json.withObject("/recipes/1")
                            .withArray("sites")
                            .add(RunSpecs.STRETCHER_SITE.toString());
                    json.withObject("/training/earlyStop")
                            .put("window", 10)
                            .put("patience", 1)
                            .put("minRelativeImprovement", 0.99)
                            .withArray("recipes")
                            .add("first");
                });
    }

    @Test
    void aJobThatHasEndedHoldsNothingBack() {
        RunSpec spec = oneStopsEarly("uneven");
        String topic = Topics.activationBlocks("uneven", RunSpecs.SITE);
        String group = Topics.trainerGroup("uneven", RunSpecs.SITE);
        List<TopicPartition> partitions = BlockReader.partitions(topic, 2);
        Activations.publish(bootstrapServers, spec, 60, false);
        submit(spec);
        try (BlockTopics topics = new BlockTopics(connection())) {
            // Extraction, which waits for the slowest trainer, sees that this one needs nothing.
            Await.until(
                    "everything committed on two partitions",
                    () ->
                            topics.committed(group).values().stream()
                                            .filter(offset -> offset == Long.MAX_VALUE)
                                            .count()
                                    == 2);

            // What is still written for it goes with the next checkpoint of the other job.
            Activations.publish(bootstrapServers, spec, 90, false);
            Await.until(
                    "purged partitions",
                    () -> topics.beginnings(partitions).values(),
                    beginnings -> beginnings.stream().allMatch(it -> it >= 30));
        }
        given().delete("/runs/uneven").then().statusCode(204);
    }

    @Test
    void recordsWhatActivationsWereDividedByAndHowTrainingWasSetUp() {
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.of("recorded", 6),
                        json -> json.withObject("/training/tokens").put("maxNormMultiple", 50));
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), true);
        submit(spec);
        awaitState("recorded", "ENDED");

        DictionaryConfig config = config(spec, "first", 6);
        double sum = 0;
        int rows = spec.training().bufferContexts() * spec.contextLength();
        for (long n = 0; n < rows / spec.blockRows(); n++) {
            for (float value : Activations.values(spec, RunSpecs.SITE, n)) {
                sum += (double) value * value;
            }
        }
        assertThat(config.normalization().orElseThrow().input())
                .isCloseTo(Math.sqrt(sum / rows), within(SAME_SUM));
        assertThat(config.lineage().orElseThrow().training())
                .contains(Json.tree(spec.toJson()).get("training"));
    }

    @Test
    void reconstructsAnotherSite() {
        RunSpec spec = RunSpecs.stretcher("stretched", 6);
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), true);
        submit(spec);
        awaitState("stretched", "ENDED");

        DictionaryId id = new DictionaryId("stretched", RunSpecs.STRETCHER_SITE, "stretcher");
        DictionaryConfig config =
                DictionaryFormat.readConfig(
                        objects.bytes(ObjectKeys.dictionary(id, 6) + DictionaryFormat.CONFIG_FILE));
        assertThat(config.reconstructs()).isEqualTo(RunSpecs.SITE);
    }

    @Test
    void everyRecipeReconstructsASiteOfAnotherWidth() {
        Site input = RunSpecs.STRETCHER_SITE;
        Site target = new Site(input.layer(), Site.Kind.MLP_HIDDEN);
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.sweep("widened", 6),
                        json -> {
                            json.putArray("sites").add(input.toString());
                            for (JsonNode recipe : json.get("recipes")) {
                                ((ObjectNode) recipe).put("reconstructs", target.kind().text());
                            }
                        });
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), true);
        submit(spec);
        awaitState("widened", "ENDED");

        assertThat(spec.recipes())
                .extracting(recipe -> config(spec, recipe.name(), 6))
                .allSatisfy(
                        config -> {
                            assertThat(config.inputDim()).isEqualTo(Activations.DIM);
                            assertThat(config.outputDim()).isEqualTo(Activations.dim(target));
                            assertThat(config.reconstructs()).isEqualTo(target);
                        });
    }

    @Test
    void trainsEveryRecipeInOneSweep() {
        RunSpec spec = RunSpecs.sweep("swept", 10);
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), true);
        submit(spec);
        awaitState("swept", "ENDED");

        for (RecipeSpec recipe : spec.recipes()) {
            DictionaryId id = new DictionaryId("swept", RunSpecs.SITE, recipe.name());
            String prefix = ObjectKeys.dictionary(id, 10);
            try (NDManager manager = NDManager.newBaseManager();
                    Dictionary dictionary =
                            DictionaryFormat.read(
                                    manager,
                                    objects.bytes(prefix + DictionaryFormat.CONFIG_FILE),
                                    objects.bytes(prefix + DictionaryFormat.WEIGHTS_FILE))) {
                assertThat(dictionary.dictionarySize()).isEqualTo(Specs.LATENTS);
            }
        }
    }

    @Test
    void endsWithTheDatasetWhenItIsShort() {
        RunSpec spec = RunSpecs.of("short", 1000);
        Activations.publish(bootstrapServers, spec, 9, true);
        submit(spec);
        awaitState("short", "ENDED");

        given().get("/runs/short")
                .then()
                .body(
                        "progress.find { it.part == 'trainer/layers.0.mlp.out' }.message",
                        equalTo("the dataset ended before the last step: steps=1000, taken=4"));
        extend("short", 2000)
                .statusCode(409)
                .body(
                        "detail",
                        equalTo(
                                "dataset ended before the last step: steps=1000, taken=4,"
                                        + " site=layers.0.mlp.out, run=short"));
    }

    private static ValidatableResponse extend(String run, int steps) {
        return given().contentType(ContentType.JSON)
                .body("{\"steps\": %d}".formatted(steps))
                .post("/runs/" + run + "/extend")
                .then();
    }

    @Test
    void failsARunWithoutEnoughData() {
        RunSpec spec = RunSpecs.of("empty", 10);
        Activations.publish(bootstrapServers, spec, 0, true);
        submit(spec);
        awaitState("empty", "FAILED");

        given().get("/runs/empty")
                .then()
                .body("message", containsString("dataset too small for one step"));
    }

    @Test
    void failsARunWhosePartFailsAndContinuesWhenResumed() {
        RunSpec spec = RunSpecs.of("resumed", 12);
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks() - 5, false);
        submit(spec);
        publish(
                new RunProgress(
                        "resumed",
                        new ExtractionProgress("one", 0, 0, 0, 0),
                        RunProgress.State.FAILED,
                        Optional.of("model gone")));
        awaitState("resumed", "FAILED");
        given().get("/runs/resumed").then().body("message", equalTo("activation/one: model gone"));

        given().post("/runs/resumed/resume").then().statusCode(202);
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), true);
        awaitState("resumed", "ENDED");
    }

    private void publish(RunProgress progress) {
        send(Topics.RUN_PROGRESS, progress.key(), progress.toJson());
    }

    @Test
    void cancelsARunAndDropsItsBlocks() {
        RunSpec spec = RunSpecs.of("cancelled", 1000);
        Activations.publish(bootstrapServers, spec, 6, false);
        submit(spec);
        given().delete("/runs/cancelled?purge=true")
                .then()
                .statusCode(409)
                .body("detail", equalTo("run is at work, cancel it first: run=cancelled"));
        given().delete("/runs/cancelled").then().statusCode(204);

        assertThat(state("cancelled")).isEqualTo("CANCELLED");
        try (BlockTopics topics = new BlockTopics(connection())) {
            String topic = Topics.activationBlocks("cancelled", RunSpecs.SITE);
            Await.until("the end of topic " + topic, () -> !topics.names().contains(topic));
        }
        given().delete("/runs/cancelled").then().statusCode(409);
        given().get("/runs/cancelled/storage").then().statusCode(200).body("parts", hasKey("run"));

        given().delete("/runs/cancelled?purge=true").then().statusCode(200).body("kept", empty());
        given().get("/runs/cancelled").then().statusCode(404);
        given().delete("/runs/cancelled?purge=true").then().statusCode(200);
        post(spec)
                .statusCode(409)
                .body("detail", startsWith("run was removed, and its name stays its own"));
    }

    @Test
    void namesEveryWrongFieldAtOnce() {
        given().contentType(ContentType.JSON)
                .body("{\"run\": \"Not a name\", \"contextLength\": 0, \"colour\": \"red\"}")
                .post("/runs")
                .then()
                .statusCode(400)
                .body(
                        "errors.field",
                        hasItems("run", "contextLength", "colour", "languageModel.uri", "sites"));
    }

    @Test
    void refusesAnotherSpecUnderTheSameName() {
        submit(RunSpecs.of("taken", 5));
        given().contentType(ContentType.JSON)
                .body(RunSpecs.of("taken", 6).toJson())
                .post("/runs")
                .then()
                .statusCode(409)
                .body("detail", equalTo("run exists with another spec: run=taken"));
        given().delete("/runs/taken").then().statusCode(204);
    }

    @Test
    void answersErrorsWithProblemDetails() {
        given().contentType(ContentType.JSON)
                .body("{\"run\": ")
                .post("/runs")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:lexicographer:problem:invalid-fields"))
                .body("instance", equalTo("/runs"))
                .body("errors[0].field", equalTo("(whole)"));
        given().contentType(ContentType.XML)
                .body("<run/>")
                .post("/runs")
                .then()
                .statusCode(415)
                .contentType("application/problem+json")
                .body("detail", startsWith("content type not supported: found=application/xml"));
        given().put("/runs").then().statusCode(405).contentType("application/problem+json");
        given().get("/nowhere").then().statusCode(404).contentType("application/problem+json");
        given().contentType(ContentType.JSON)
                .body(new byte[11 << 20])
                .post("/runs")
                .then()
                .statusCode(413)
                .contentType("application/problem+json")
                .body("detail", startsWith("request too large: expected at most=10485760 bytes"));
    }

    @Test
    void refusesTheNameOfAnImport() {
        objects.put(
                "dictionaries/imported/layers.0.mlp.out/found/step-0000000000/config.json",
                new byte[0]);

        post(RunSpecs.of("imported", 5))
                .statusCode(409)
                .body("detail", equalTo("name is that of an import: run=imported"));
        given().get("/runs/imported").then().statusCode(404);
    }

    @Test
    void aRunOnTheTopicIsStoredAndASecondSpecOfItsNameIsSetAside() {
        RunSpec first = RunSpecs.of("on-topic", 12);
        RunSpec second = RunSpecs.of("on-topic", 13);

        send(Topics.RUNS, "on-topic", first.toJson());
        send(Topics.RUNS, "on-topic", second.toJson());

        assertThat(rejected("on-topic"))
                .satisfies(
                        it -> {
                            assertThat(it.reason())
                                    .isEqualTo("run exists with another spec: run=on-topic");
                            assertThat(it.value()).isEqualTo(second.toJson());
                        });
        given().get("/runs/on-topic").then().body("spec.training.steps", equalTo(12));
        Activations.publish(bootstrapServers, first, first.trainingBlocks(), true);
        awaitState("on-topic", "ENDED");
        assertThat(config(first, "first", 12).lineage()).isPresent();
    }

    @Test
    void refusesASpecThatDoesNotFitIntoARecordAndStoresNothing() {
        RunSpec large =
                RunSpecs.changed(
                        RunSpecs.of("large", 12),
                        json -> json.put("textField", "x".repeat(1 << 20)));

        post(large)
                .statusCode(413)
                .body("detail", startsWith("run spec too large: expected at most=1047552 bytes"));

        given().get("/runs/large").then().statusCode(404);
        assertThat(keys("names/large")).isEmpty();
    }

    private static ValidatableResponse post(RunSpec spec) {
        return given().contentType(ContentType.JSON).body(spec.toJson()).post("/runs").then();
    }

    private KafkaConnection connection() {
        return KafkaConnection.of(PatientClients.settings(bootstrapServers));
    }

    private Rejection rejected(String key) {
        List<Rejection> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                connection()
                        .consumer(
                                Map.of("auto.offset.reset", "earliest"),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(Topics.REJECTED, 0)));
            Await.until(
                    "a rejection with key " + key,
                    () -> {
                        consumer.poll(Duration.ofMillis(200))
                                .forEach(record -> found.add(Rejection.read(record)));
                        return found;
                    },
                    seen -> seen.stream().anyMatch(it -> it.keyText().equals(key)));
        }
        return found.stream().filter(it -> it.keyText().equals(key)).findFirst().orElseThrow();
    }

    private void send(String topic, String key, byte[] value) {
        try (KafkaProducer<String, byte[]> producer =
                connection()
                        .producer(Map.of(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value));
        }
    }

    /** A run of two sites, of which one yields nothing but zeros. */
    @Test
    void endsARunAndNamesTheSiteThatIsDead() {
        RunSpec spec =
                RunSpecs.changed(
                        RunSpecs.of("dead-site", 12),
                        json -> json.withArray("sites").add(RunSpecs.STRETCHER_SITE.toString()));
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), RunSpecs.STRETCHER_SITE);
        submit(spec);
        awaitState("dead-site", "ENDED");

        given().get("/runs/dead-site")
                .then()
                .body(
                        "message",
                        startsWith(
                                "layers.0.mlp.in/first failed at step 0: activations cannot be"
                                        + " normalised"));
        assertThat(
                        keys(
                                ObjectKeys.dictionary(
                                        new DictionaryId("dead-site", RunSpecs.SITE, "first"), 12)))
                .isNotEmpty();
    }

    @Test
    void failsARunWithNoSiteThatIsAlive() {
        RunSpec spec = RunSpecs.of("dead", 12);
        Activations.publish(bootstrapServers, spec, spec.trainingBlocks(), RunSpecs.SITE);
        submit(spec);
        awaitState("dead", "FAILED");

        given().get("/runs/dead").then().body("message", containsString("site=layers.0.mlp.out"));
    }

    @Test
    void saysThatARunIsUnknown() {
        given().get("/runs/nobody")
                .then()
                .statusCode(404)
                .body("detail", equalTo("no such run: run=nobody"));
        given().delete("/runs/nobody").then().statusCode(404);
        given().post("/runs/nobody/resume").then().statusCode(404);
    }

    @Test
    void isReadyAndDocumented() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/openapi").then().statusCode(200).body(containsString("/runs/{run}"));
    }

    /**
     * A run at one site of a model of two layers without a middle, whose configuration is stored.
     */
    private RunSpec ofParallelModel(String run, String site) {
        objects.put(
                "models/parallel/config.json",
                """
                {"model_type": "gpt_neox", "num_hidden_layers": 2, "hidden_size": 16,
                 "num_attention_heads": 2, "intermediate_size": 64, "vocab_size": 50,
                 "max_position_embeddings": 32}
                """
                        .getBytes(StandardCharsets.UTF_8));
        return RunSpecs.changed(
                RunSpecs.of(run, 4),
                json -> {
                    json.withObject("languageModel")
                            .put("uri", "s3://" + objects.bucket() + "/models/parallel/");
                    json.putArray("sites").add(site);
                });
    }

    @Test
    void aDryRunSaysWhatARunWouldTakeAndStoresNothing() {
        // Given
        RunSpec spec = ofParallelModel("dry", "layers.0.mlp.out");

        // When
        String sizing =
                given().contentType(ContentType.JSON)
                        .body(spec.toJson())
                        .post("/runs?dryRun=true")
                        .then()
                        .statusCode(200)
                        .body("memory.jobs[0].site", equalTo("layers.0.mlp.out"))
                        .body("topics.size()", equalTo(2))
                        .body("store.dictionaries", greaterThan(0))
                        .extract()
                        .path("memory")
                        .toString();
        given().get("/runs/dry").then().statusCode(404);
        submit(spec);

        // Then
        Object later =
                given().get("/runs/dry/sizing").then().statusCode(200).extract().path("memory");
        assertThat(later).hasToString(sizing);
    }

    @Test
    void aDryRunNamesEveryWrongField() {
        RunSpec spec = ofParallelModel("dry-misplaced", "layers.7.mlp.out");
        given().contentType(ContentType.JSON)
                .body(spec.toJson())
                .post("/runs?dryRun=true")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("sites[0]"));
    }

    @Test
    void sizesNeedTheLanguageModel() {
        RunSpec spec = RunSpecs.of("unsized", 4);
        submit(spec);
        given().get("/runs/unsized/sizing")
                .then()
                .statusCode(409)
                .body("detail", containsString(spec.languageModel().uri()));
        given().get("/runs/nobody/sizing").then().statusCode(404);
    }

    @Test
    void refusesASiteThatTheModelLacksWhenTheRunIsPosted() {
        RunSpec spec = ofParallelModel("misplaced", "layers.1.resid.mid");

        given().contentType(ContentType.JSON)
                .body(spec.toJson())
                .post("/runs")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("sites[0]"))
                .body(
                        "errors[0].message",
                        equalTo(
                                "no such site in the model: attention and MLP of a layer read the"
                                        + " same input: family=gpt_neox: found=layers.1.resid.mid"));
        given().get("/runs/misplaced").then().statusCode(404);
    }

    @Test
    void aRunThatNoMemoryHoldsWaitsAndSaysSo() {
        // Given: a buffer larger than this machine
        RunSpec spec =
                RunSpecs.changed(
                        ofParallelModel("too-large", "layers.0.mlp.out"),
                        json -> json.withObject("training").put("bufferContexts", MANY_CONTEXTS));
        given().contentType(ContentType.JSON)
                .body(spec.toJson())
                .post("/runs?dryRun=true")
                .then()
                .statusCode(200)
                .body("memory.heldAlone", equalTo(false))
                .body("memory.processOfLargest.limit", greaterThan(1L << 32));

        // When
        submit(spec);
        Activations.publish(bootstrapServers, spec, 2, false);
        awaitState("too-large", "WAITING");

        // Then
        given().get("/runs/too-large")
                .then()
                .body("message", startsWith("waits for more memory than there is, start larger "))
                .body(
                        "progress.find { it.part == 'trainer/layers.0.mlp.out' }"
                                + ".figures.memoryReplicas",
                        equalTo(1.0f));
        assertThat(given().get("/q/metrics").asString())
                .contains(
                        "lexicographer_jobs_too_large 1.0",
                        "lexicographer_memory_budget_bytes{area=\"heap\"");
        given().delete("/runs/too-large").then().statusCode(204);
    }
}
