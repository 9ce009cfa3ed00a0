package org.lexicographer.tokenizer.service;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.RunModels;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.ShardFiles;

@QuarkusTest
@WithTestResource(EmbeddedServersResource.class)
class TokenizerServiceTest {

    private static final String MODEL = "models/demo/";
    private static final int CONTEXT_LENGTH = 16;
    private static final String FOUR_FROM_STREAM = "{\"contexts\": 4, \"source\": \"stream\"}";
    private static final String FOUR_FROM_SHARDS = "{\"contexts\": 4, \"source\": \"shards\"}";
    private static final String JAVA =
            "public static void main(String[] args) {\n    System.out.println(\"Hello\");\n}\n";

    private TestPipeline pipeline;
    private ObjectStore store;

    @BeforeEach
    void putTheModelInPlace() throws IOException {
        pipeline = new TestPipeline();
        store = pipeline.store();
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "config.json")) {
            try (InputStream file = getClass().getResourceAsStream("/demo-model/" + name)) {
                store.put(MODEL + name, file.readAllBytes());
            }
        }
    }

    @AfterEach
    void close() {
        pipeline.close();
    }

    @Test
    void tokenizesShardsOfAllFormatsAndSetsAsideWhatIsBroken() {
        // Given
        start("formats", FOUR_FROM_STREAM, 1000);
        byte[] lines = ShardFiles.jsonLines(documents(0, 20));
        store.put("data/a.jsonl", lines);
        store.put("data/b.jsonl.gz", ShardFiles.gzip(ShardFiles.jsonLines(documents(20, 30))));
        byte[] broken = "{\"text\": \"cut off\n".getBytes(UTF_8);
        byte[] rest = ShardFiles.jsonLines(documents(30, 40));
        store.put("data/c.jsonl.zst", ShardFiles.zstd(ShardFiles.join(broken, rest)));
        store.put("data/d.txt", documents(40, 41)[0].getBytes(UTF_8));

        // When
        for (String name :
                List.of("a.jsonl", "b.jsonl.gz", "missing.txt", "c.jsonl.zst", "d.txt")) {
            publish("formats", "{\"uri\": \"s3://lexicographer/data/%s\"}".formatted(name));
        }
        publish("formats", "{\"end\": true}");

        // Then
        RunProgress progress = pipeline.end("formats");
        assertThat(progress.state()).isEqualTo(RunProgress.State.ENDED);
        int[] expected = tokens(documents(0, 41));
        int[] found = IntStream.concat(heldOut("formats"), trained("formats")).toArray();
        int whole = expected.length / CONTEXT_LENGTH * CONTEXT_LENGTH;
        assertThat(found).isEqualTo(Arrays.copyOf(expected, whole));
        TokenizerProgress part = (TokenizerProgress) progress.part();
        assertThat(part.heldOutContexts()).isEqualTo(4);
        assertThat(part.tokens()).isEqualTo(whole - 4 * CONTEXT_LENGTH);
        assertThat(pipeline.rejected("formats", 2))
                .satisfiesExactly(
                        headers ->
                                assertThat(headers)
                                        .containsEntry("topic", "dataset-shards")
                                        .containsEntry("uri", "s3://lexicographer/data/missing.txt")
                                        .containsKeys("reason", "partition", "offset")
                                        .doesNotContainKey("line"),
                        headers ->
                                assertThat(headers)
                                        .containsEntry("line", "1")
                                        .hasEntrySatisfying(
                                                "reason",
                                                r -> assertThat(r).contains("line is not JSON")));
    }

    @Test
    void holdsShardsForEvaluationOut() {
        // Given
        start("held-out", FOUR_FROM_SHARDS, 3);
        store.put("data/train.jsonl", ShardFiles.jsonLines(documents(100, 130)));
        store.put("data/test.jsonl", ShardFiles.jsonLines(documents(200, 230)));

        // When
        publish(
                "held-out",
                "[{\"uri\": \"s3://lexicographer/data/train.jsonl\"}, {\"uri\":"
                        + " \"s3://lexicographer/data/test.jsonl\", \"split\": \"evaluation\"}]");

        // Then
        assertThat(pipeline.end("held-out").state()).isEqualTo(RunProgress.State.ENDED);
        assertThat(trained("held-out").toArray())
                .isEqualTo(Arrays.copyOf(tokens(documents(100, 130)), 6 * CONTEXT_LENGTH));
        assertThat(heldOut("held-out").toArray())
                .isEqualTo(Arrays.copyOf(tokens(documents(200, 230)), 4 * CONTEXT_LENGTH));
        assertThat(store.bytes(ObjectKeys.heldOutComplete("held-out")))
                .isEqualTo("{\"contexts\":4}".getBytes(UTF_8));
    }

    @Test
    void completesTheHeldOutSetOfARunThatHasBeenTrained() {
        // Given
        store.put(ObjectKeys.runEnd("trained"), "{\"state\":\"ENDED\"}".getBytes(UTF_8));
        store.put("data/late.jsonl", ShardFiles.jsonLines(documents(300, 330)));
        start("trained", FOUR_FROM_SHARDS, 3);

        // When
        publish(
                "trained",
                "[{\"uri\": \"s3://lexicographer/data/none.txt\", \"split\": \"evaluation\"},"
                        + " {\"uri\": \"s3://lexicographer/data/late.jsonl\", \"split\":"
                        + " \"evaluation\"}]");

        // Then
        post("trained", "{\"uri\": \"s3://lexicographer/data/none.txt\"}")
                .statusCode(409)
                .body("detail", equalTo("run has ended: state=ENDED"));
        assertThat(pipeline.end("trained").state()).isEqualTo(RunProgress.State.ENDED);
        assertThat(heldOut("trained").toArray())
                .isEqualTo(Arrays.copyOf(tokens(documents(300, 330)), 4 * CONTEXT_LENGTH));
        assertThat(pipeline.topics()).doesNotContain(Topics.tokenBlocks("trained"));
    }

    @Test
    void failsARunWithNothingUsable() {
        start("nothing", FOUR_FROM_STREAM, 3);

        publish("nothing", "[{\"uri\": \"s3://lexicographer/data/none.txt\"}, {\"end\": true}]");

        RunProgress progress = pipeline.end("nothing");
        assertThat(progress.state()).isEqualTo(RunProgress.State.FAILED);
        assertThat(progress.message()).hasValueSatisfying(m -> assertThat(m).contains("no token"));
        assertThat(pipeline.blocks("nothing")).singleElement().matches(TokenBlock::endsStream);
    }

    @Test
    void failsARunWithoutATokenizer() {
        pipeline.publish(
                RunSpecs.spec(
                        "no-model", "s3://lexicographer/models/none/", 8, FOUR_FROM_STREAM, 3));

        RunProgress progress = pipeline.end("no-model");

        assertThat(progress.state()).isEqualTo(RunProgress.State.FAILED);
        assertThat(progress.message())
                .hasValueSatisfying(
                        m -> assertThat(m).contains("no such language model").contains("/none/"));
    }

    @Test
    void failsARunWhoseLanguageModelWasReplaced() {
        // Given: a run that was begun with a model that is not there any more
        RunSpec spec = RunSpecs.small("replaced", FOUR_FROM_STREAM, 3);
        new RunModels(store).use(spec, "first");

        // When
        start("replaced", FOUR_FROM_STREAM, 3);

        // Then
        RunProgress progress = pipeline.end("replaced");
        assertThat(progress.state()).isEqualTo(RunProgress.State.FAILED);
        assertThat(progress.message())
                .hasValueSatisfying(
                        m ->
                                assertThat(m)
                                        .contains("expected content=first, found=")
                                        .contains("run=replaced"));
    }

    @Test
    void aRunWhoseNameAnImportHasIsNotStarted() {
        store.put(
                "dictionaries/imported/layers.0.mlp.out/found/step-0000000000/config.json",
                new byte[0]);
        pipeline.publish(RunSpecs.small("imported", FOUR_FROM_STREAM, 3));
        start("not-imported", FOUR_FROM_STREAM, 3);

        publish("not-imported", "{\"end\": true}");

        // Records of runs are taken in order: the one before has been decided on by now.
        pipeline.end("not-imported");
        post("imported", "{\"end\": true}").statusCode(404);
    }

    @Test
    void workGoesByTheSpecThatHasTheNameWhoeverSendsAnother() {
        // Given
        start("taken", FOUR_FROM_STREAM, 3);
        store.put("data/taken.jsonl", ShardFiles.jsonLines(documents(400, 430)));

        // When
        String model = "s3://%s/%s".formatted(store.bucket(), MODEL);
        pipeline.publish(RunSpecs.spec("taken", model, 2 * CONTEXT_LENGTH, FOUR_FROM_STREAM, 3));
        publish("taken", "[{\"uri\": \"s3://lexicographer/data/taken.jsonl\"}, {\"end\": true}]");

        // Then
        assertThat(pipeline.end("taken").state()).isEqualTo(RunProgress.State.ENDED);
        assertThat(pipeline.blocks("taken"))
                .allSatisfy(block -> assertThat(block.contextLength()).isEqualTo(CONTEXT_LENGTH));
    }

    @Test
    void setsAsideRecordsThatAreNoMessages() {
        pipeline.send(Topics.DATASET_SHARDS, "bad-shard", "{\"run\": \"other\"}".getBytes(UTF_8));
        pipeline.send(Topics.RUNS, "bad-run", "{\"run\": \"bad-run\"}".getBytes(UTF_8));

        Map<String, String> shard = pipeline.rejected("bad-shard", 1).getFirst();
        Map<String, String> run = pipeline.rejected("bad-run", 1).getFirst();

        assertThat(shard).containsEntry("reason", "uri: missing");
        assertThat(run).containsEntry("topic", "runs");
        assertThat(run.get("reason")).contains("languageModel.uri: missing");
    }

    @Test
    void namesEveryWrongFieldOfARequest() {
        start("request", FOUR_FROM_STREAM, 3);

        post(
                        "request",
                        "[{\"uri\": \"http://x/a.txt\", \"split\": \"half\"}, {\"end\": true},"
                                + " {\"run\": \"other\", \"uri\": \"s3://b/a.txt\"},"
                                + " {\"uri\": \"s3://b/a.csv\"}, {\"uri\": \"file:/a.txt\"}, 7]")
                .statusCode(400)
                .body(
                        "errors.field",
                        equalTo(
                                List.of(
                                        "[0].split",
                                        "[0].uri",
                                        "[2].run",
                                        "[3].uri",
                                        "[4].uri",
                                        "[5].(whole)")))
                .body("errors.message", hasItems(containsString("local files are not allowed")));
    }

    @Test
    void refusesWhatIsNoRequest() {
        start("no-request", FOUR_FROM_STREAM, 3);

        post("no-request", "not json")
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors", hasSize(1));
        post("no-request", "[]").statusCode(400).body("errors[0].field", equalTo("(whole)"));
    }

    @Test
    void answersWithNotFoundForAnUnknownRun() {
        post("unknown", "{\"end\": true}")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", equalTo("no such run: run=unknown"));
    }

    @Test
    void refusesWhatComesAfterTheDatasetsEnd() {
        // Given
        start("closed", FOUR_FROM_STREAM, 300);
        store.put("data/closed.jsonl", ShardFiles.jsonLines(documents(0, 40)));
        publish("closed", "[{\"uri\": \"s3://lexicographer/data/closed.jsonl\"}, {\"end\": true}]");
        String shard = "{\"uri\": \"s3://lexicographer/data/late.jsonl\"}";

        // When / Then
        post("closed", shard).statusCode(409).body("detail", containsString("has ended"));
        post("closed", "{\"end\": true}").statusCode(409);
        assertThat(pipeline.end("closed").state()).isEqualTo(RunProgress.State.ENDED);
        post("closed", shard).statusCode(409);

        // When
        String message = shard.replace("{", "{\"run\": \"closed\", ");
        pipeline.send(Topics.DATASET_SHARDS, "closed", message.getBytes(UTF_8));
        pipeline.send(
                Topics.DATASET_SHARDS,
                "closed",
                "{\"run\": \"closed\", \"end\": true}".getBytes(UTF_8));

        // Then
        assertThat(pipeline.rejected("closed", 2))
                .extracting(headers -> headers.get("reason"))
                .allSatisfy(reason -> assertThat(reason).startsWith("not used: dataset has ended"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILED", "CANCELLED"})
    void refusesShardsOfARunThatHasEnded(String state) {
        // Given
        String run = state.toLowerCase(Locale.ROOT);
        endAs(run, state);
        start(run, FOUR_FROM_SHARDS, 3);

        // When / Then
        String shard = "{\"uri\": \"s3://lexicographer/data/a.jsonl\"%s}";
        String evaluation = ", \"split\": \"evaluation\"";
        for (String body :
                List.of(shard.formatted(""), shard.formatted(evaluation), "{\"end\": true}")) {
            post(run, body)
                    .statusCode(409)
                    .body("detail", equalTo("run has ended: state=" + state));
        }
    }

    @Test
    void setsAsideWhatIsInTheLogForARunThatWasCancelled() {
        endAs("given-up", "CANCELLED");
        start("given-up", FOUR_FROM_SHARDS, 3);

        send("given-up", new DatasetShard("given-up", "s3://b/a.jsonl", Split.TRAINING));

        assertThat(pipeline.rejected("given-up", 1).getFirst())
                .containsEntry("reason", "not used: run has ended: state=CANCELLED")
                .containsEntry("uri", "s3://b/a.jsonl");
    }

    @Test
    void aResumedRunTakesTheShardsThatCameWhileItHadFailed() {
        // Given: a run that has failed, and messages about its dataset that are in the log
        String run = "resumed";
        endAs(run, "FAILED");
        start(run, FOUR_FROM_STREAM, 3);
        store.put("data/resumed.jsonl", ShardFiles.jsonLines(documents(400, 430)));
        String uri = "s3://lexicographer/data/resumed.jsonl";
        send(run, new DatasetShard(run, uri, Split.TRAINING));
        send(run, new DatasetEnd(run));

        // and have been decided on, as one after them was set aside
        pipeline.send(Topics.DATASET_SHARDS, run, "no message".getBytes(UTF_8));
        assertThat(pipeline.rejected(run, 1)).noneSatisfy(it -> assertThat(it).containsValue(uri));

        // When
        store.delete(ObjectKeys.runEnd(run));
        start(run, FOUR_FROM_STREAM, 3);

        // Then
        assertThat(pipeline.end(run).state()).isEqualTo(RunProgress.State.ENDED);
    }

    private void send(String run, DatasetMessage message) {
        pipeline.send(Topics.DATASET_SHARDS, run, message.toJson());
    }

    private void endAs(String run, String state) {
        store.put(ObjectKeys.runEnd(run), "{\"state\":\"%s\"}".formatted(state).getBytes(UTF_8));
    }

    @Test
    void refusesAnEndThatIsNotTheLastMessage() {
        start("end-first", FOUR_FROM_STREAM, 3);

        post("end-first", "[{\"end\": true}, {\"uri\": \"s3://b/a.txt\"}]")
                .statusCode(400)
                .body("errors.field", equalTo(List.of("[0].end")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/a b.txt",
                "file:/a.txt#b.txt",
                "file:a.txt",
                "file://host/a.txt",
                "file:"
            })
    void refusesAMalformedFileAddress(String uri) {
        start("malformed", FOUR_FROM_STREAM, 3);

        post("malformed", "{\"uri\": \"%s\"}".formatted(uri))
                .statusCode(400)
                .body("errors.field", equalTo(List.of("uri")));
    }

    @Test
    void tellsItsHealthItsMetersAndItsApi() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/metrics")
                .then()
                .body(containsString("lexicographer_dataset_shards_tokens_total"));
        given().get("/openapi").then().body(containsString("/runs/{run}/shards"));
    }

    private void start(String run, String evaluation, int blocks) {
        String model = "s3://%s/%s".formatted(store.bucket(), MODEL);
        RunSpec spec = RunSpecs.spec(run, model, CONTEXT_LENGTH, evaluation, blocks);
        store.put(ObjectKeys.runSpec(run), spec.toJson());
        pipeline.publish(spec);
    }

    private static ValidatableResponse post(String run, String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/runs/{run}/shards", run)
                .then();
    }

    private static void publish(String run, String body) {
        post(run, body).statusCode(202);
    }

    private IntStream trained(String run) {
        return pipeline.blocks(run).stream().flatMapToInt(block -> IntStream.of(block.tokens()));
    }

    private IntStream heldOut(String run) {
        return store.list(ObjectKeys.heldOut(run))
                .filter(object -> ObjectKeys.isHeldOutContexts(object.key()))
                .map(object -> TokenBlockFormat.decode(store.bytes(object.key())))
                .flatMapToInt(block -> IntStream.of(block.tokens()));
    }

    private static String[] documents(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> "// document %d, größer\n%s".formatted(number, JAVA))
                .toArray(String[]::new);
    }

    private int[] tokens(String... documents) {
        ModelFiles folder = new ModelFiles.InStore(store, MODEL);
        List<Integer> tokens = new ArrayList<>();
        try (HuggingFaceTextTokenizer tokenizer = HuggingFaceTextTokenizer.load(folder)) {
            for (String document : documents) {
                IntStream.of(tokenizer.encode(document)).forEach(tokens::add);
                tokens.add(tokenizer.endOfText());
            }
        }
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
}
