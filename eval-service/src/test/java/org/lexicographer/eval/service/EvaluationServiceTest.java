package org.lexicographer.eval.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.ZeroDictionary;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.pipeline.stored.TrainingCurves;
import org.lexicographer.testing.EmbeddedServersResource;

@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class EvaluationServiceTest {

    private static final int CONTEXTS = 6;
    private static final Dictionary IDENTITY = new IdentityDictionary(StoredRun.ACTIVATION_DIM);
    private static final Dictionary ZERO =
            new ZeroDictionary(StoredRun.ACTIVATION_DIM, StoredRun.ACTIVATION_DIM, 8);

    @Inject ObjectStore store;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private TopicRecords topics;

    @BeforeEach
    void connect() {
        topics = new TopicRecords(bootstrapServers);
    }

    private StoredRun run(String name) {
        return new StoredRun(store, name).storeSpec().storeHeldOut(CONTEXTS);
    }

    private StoredRun readyRun(String name) {
        return run(name).completeHeldOut(CONTEXTS);
    }

    private void announce(DictionaryCheckpoint checkpoint) {
        topics.send(Topics.DICTIONARIES, checkpoint.key(), checkpoint.toJson());
    }

    private Evaluation awaitEvaluation(DictionaryCheckpoint checkpoint) {
        String key = checkpoint.dictionary() + "/" + checkpoint.step() + "/held-out";
        return Json.read(
                topics.await(Topics.EVALUATIONS, r -> r.key().equals(key)).value(),
                Evaluation.class);
    }

    @Test
    void theIdentityRecoversExactlyOneAndTheZeroDictionaryExactlyNothing() {
        // Given
        StoredRun run = readyRun("oracles");
        DictionaryCheckpoint identity = run.saved("identity", IDENTITY);
        DictionaryCheckpoint zero = run.saved("zero", ZERO);

        // When
        announce(identity);
        announce(zero);

        // Then
        assertThat(awaitEvaluation(identity).metric("loss_recovered")).contains(1.0);
        assertThat(awaitEvaluation(zero).metric("loss_recovered")).contains(0.0);
        given().get("/dictionaries/oracles/layers.0.mlp.out/identity/loss-recovered")
                .then()
                .statusCode(200)
                .body("lossRecovered", equalTo(1.0f))
                .body("contexts", equalTo(CONTEXTS))
                .body("tokens", equalTo(CONTEXTS * StoredRun.CONTEXT_LENGTH));
        given().get("/dictionaries/oracles/layers.0.mlp.out/zero/loss-recovered")
                .then()
                .statusCode(200)
                .body("lossRecovered", equalTo(0.0f));
        assertThat(given().accept("text/plain").get("/runs/oracles/evaluations").asString())
                .contains("% loss recovered", "100.0");
        given().get("/runs/oracles/evaluations")
                .then()
                .statusCode(200)
                .body("recipe", contains("identity", "zero"))
                .body("[0].lossRecovered", equalTo(1.0f))
                .body("[1].l0", equalTo(0.0f));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dictionaries/tagged/layers.0.mlp.out/identity/loss-recovered",
                "/dictionaries/tagged/layers.0.mlp.out/identity/evaluations",
                "/runs/tagged/evaluations"
            })
    void whoeverHasAnAnswerIsNotSentItAgainWhileItHolds(String address) {
        // Given
        DictionaryCheckpoint checkpoint = readyRun("tagged").saved("identity", IDENTITY);
        announce(checkpoint);
        awaitEvaluation(checkpoint);
        Response first = given().get(address);
        String tag = first.header("ETag");

        // When
        Response again = given().header("If-None-Match", tag).get(address);
        Response other = given().header("If-None-Match", "\"other\"").get(address);

        // Then
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.header("ETag")).isEqualTo(tag);
        assertThat(again.asByteArray()).isEmpty();
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(other.asByteArray()).isEqualTo(first.asByteArray());
    }

    private static Response activations(String json) {
        return given().contentType("application/json")
                .body(json)
                .post("/dictionaries/looked/layers.0.mlp.out/random/activations");
    }

    @Test
    void aTextsTokensShowTheirStrongestLatents() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given: a text of more tokens than a context has
            readyRun("looked").saved("random", StoredRun.random(manager, false));
            String text = "the cat sat on the mat ".repeat(8);

            // When
            JsonNode shown =
                    Json.tree(activations("{\"text\":\"%s\"}".formatted(text)).asByteArray());

            // Then
            JsonNode tokens = shown.path("tokens");
            assertThat(shown.path("dictionary").asText())
                    .isEqualTo("looked/layers.0.mlp.out/random");
            assertThat(tokens.size()).isGreaterThan(StoredRun.CONTEXT_LENGTH);
            assertThat(tokens.get(StoredRun.CONTEXT_LENGTH).path("position").asInt()).isZero();
            for (JsonNode token : tokens) {
                assertThat(token.path("latents").size())
                        .isEqualTo(Math.min(5, token.path("active").asInt()));
                assertFalling(token.path("latents"));
            }
        }
    }

    private static void assertFalling(JsonNode latents) {
        for (int i = 1; i < latents.size(); i++) {
            assertThat(latents.get(i).path("value").asDouble())
                    .isPositive()
                    .isLessThanOrEqualTo(latents.get(i - 1).path("value").asDouble());
        }
    }

    @Test
    void oneLatentCanBeFollowedOverAText() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given
            readyRun("looked").saved("random", StoredRun.random(manager, false));

            // When
            JsonNode shown =
                    Json.tree(activations("{\"text\":\"a cat\",\"latent\":3}").asByteArray());

            // Then
            assertThat(shown.path("tokens"))
                    .allSatisfy(
                            token ->
                                    assertThat(token.path("latents"))
                                            .allSatisfy(
                                                    latent ->
                                                            assertThat(
                                                                            latent.path("latent")
                                                                                    .asInt())
                                                                    .isEqualTo(3)));
            activations("{\"text\":\"a cat\",\"latent\":32}")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("latent"));
            activations("{\"strongest\":0}")
                    .then()
                    .statusCode(400)
                    .body("errors.field", hasItems("text", "strongest"));
        }
    }

    @Test
    void aTranscoderIsEvaluatedAtBothItsSites() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given
            DictionaryCheckpoint transcoder =
                    readyRun("transcoders")
                            .saved(
                                    "stretcher",
                                    StoredRun.random(manager, false),
                                    StoredRun.MLP_IN,
                                    StoredRun.MLP_OUT);

            // When
            announce(transcoder);

            // Then
            Evaluation evaluation = awaitEvaluation(transcoder);
            assertThat(evaluation.metric("loss_reconstructed")).isPresent();
            assertThat(evaluation.metric("loss_recovered").orElseThrow()).isLessThan(1);
            given().get("/dictionaries/transcoders/layers.0.mlp.in/stretcher")
                    .then()
                    .statusCode(200)
                    .body("config.site", equalTo("layers.0.mlp.in"))
                    .body("config.reconstructs", equalTo("layers.0.mlp.out"))
                    .body("checkpoints[0].step", equalTo(StoredRun.STEPS))
                    .body("checkpoints[0].final", equalTo(true));
        }
    }

    @Test
    void aDictionaryThatDoesNotFitIsSetAsideWithTheReason() {
        // Given
        DictionaryCheckpoint misfit = readyRun("misfits").saved("wide", new IdentityDictionary(24));

        // When
        announce(misfit);

        // Then
        var rejected = topics.await(Topics.REJECTED, r -> r.key().equals(misfit.key()));
        assertThat(rejected.value()).isEqualTo(misfit.toJson());
        assertThat(header(rejected, "reason"))
                .isEqualTo(
                        "activation width mismatch: expected=16, found=24, site=layers.0.mlp.out");
        assertThat(header(rejected, "topic")).isEqualTo(Topics.DICTIONARIES);
        assertThat(header(rejected, "partition")).isEqualTo("0");
        assertThat(header(rejected, "offset")).matches("\\d+");
        var failed =
                topics.await(
                        Topics.RUN_PROGRESS,
                        r -> r.key().startsWith("misfits/evaluation/misfits/"));
        assertThat(RunProgress.read(failed.value()).state()).isEqualTo(State.FAILED);
    }

    private static String header(ConsumerRecord<String, byte[]> message, String name) {
        return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void aRecordThatIsNoCheckpointIsSetAside() {
        // Given
        byte[] nonsense = "{\"dictionary\":\"nonsense\"}".getBytes(StandardCharsets.UTF_8);

        // When
        topics.send(Topics.DICTIONARIES, "nonsense", nonsense);

        // Then
        var rejected = topics.await(Topics.REJECTED, r -> r.key().equals("nonsense"));
        assertThat(rejected.value()).isEqualTo(nonsense);
        assertThat(header(rejected, "reason")).contains("not a dictionary");
    }

    @Test
    void evaluatesOnTextThatUsersBring() {
        // Given
        StoredRun run = run("texts");
        run.saved("identity", IDENTITY);
        store.put(
                "texts/a.jsonl",
                ("{\"text\":\"" + "c d ".repeat(20) + "\"}").getBytes(StandardCharsets.UTF_8));

        // When
        var posted = post("texts", Map.of("text", "a b ".repeat(20), "name", "mine"));
        var file = post("texts", Map.of("uri", "s3://%s/texts/a.jsonl".formatted(store.bucket())));

        // Then
        posted.then()
                .statusCode(201)
                .body("text", equalTo("mine"))
                .body("contexts", equalTo(2))
                .body("metrics.find { it.id == 'loss_recovered' }.value", equalTo(1.0f));
        file.then().statusCode(201).body("contexts", equalTo(2));
        topics.await(
                Topics.EVALUATIONS, r -> r.key().equals("texts/layers.0.mlp.out/identity/10/mine"));
        given().get("/dictionaries/texts/layers.0.mlp.out/identity/evaluations")
                .then()
                .statusCode(200)
                .body("text", hasItem("mine"))
                .body("size()", equalTo(2));
        given().get("/dictionaries/texts/layers.0.mlp.out/identity/loss-recovered?text=mine")
                .then()
                .statusCode(200)
                .body("lossRecovered", equalTo(1.0f));
    }

    /** The model's own template has been replaced since the run began: it makes longer texts. */
    @Test
    void evaluatesOnChatsWithTheTemplateOfTheRun() {
        StoredRun run = run("chats").ofChats("{{ messages[0].content * 10 }}");
        run.saved("identity", IDENTITY);
        store.put(
                "texts/chats.jsonl",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"c d e f \"}]}"
                        .getBytes(StandardCharsets.UTF_8));

        post("chats", Map.of("uri", "s3://%s/texts/chats.jsonl".formatted(store.bucket())))
                .then()
                .statusCode(201)
                .body("contexts", equalTo(2));
    }

    private static Response post(String run, Object body) {
        return given().contentType("application/json")
                .body(Json.write(body))
                .post("/dictionaries/%s/layers.0.mlp.out/identity/evaluations".formatted(run));
    }

    @Test
    void saysWhatIsWrongWithAText() {
        // Given
        run("wrong-texts").saved("identity", IDENTITY);

        // When
        var tooShort = post("wrong-texts", Map.of("text", "a b c"));
        var tooLong = post("wrong-texts", Map.of("text", "a ".repeat(65 * 16)));
        var neither = post("wrong-texts", Map.of("name", "No", "step", 1));
        var otherStep = post("wrong-texts", Map.of("text", "a", "step", 9));

        // Then
        tooShort.then()
                .statusCode(400)
                .body("errors[0].field", equalTo("text"))
                .body(
                        "errors[0].message",
                        equalTo("text too short: expected=at least 16 tokens, found=4"));
        tooLong.then()
                .statusCode(400)
                .body(
                        "errors[0].message",
                        equalTo("text too long: expected=at most 64 contexts, found=65"));
        neither.then().statusCode(400).body("errors.field", hasItems("name", "text"));
        otherStep
                .then()
                .statusCode(404)
                .body(
                        "detail",
                        equalTo(
                                "no such checkpoint:"
                                        + " dictionary=wrong-texts/layers.0.mlp.out/identity, step=9,"
                                        + " saved=[10]"));
    }

    @Test
    void namesWhatDoesNotExist() {
        given().get("/dictionaries/nobody/layers.0.mlp.out/standard")
                .then()
                .statusCode(404)
                .body(
                        "detail",
                        equalTo(
                                "no such dictionary:"
                                        + " dictionary=nobody/layers.0.mlp.out/standard"));
        given().get("/dictionaries/Nobody/layer0/standard")
                .then()
                .statusCode(400)
                .body("errors.field", contains("run", "site"));
        given().get("/runs/nobody/evaluations")
                .then()
                .statusCode(404)
                .body("detail", equalTo("no such run: run=nobody"));
        given().get("/runs/nobody/progress").then().statusCode(404);
        given().get("/nowhere").then().body("detail", equalTo("no such path: path=/nowhere"));
        given().get("/dictionaries/nobody/layers.0.mlp.out/standard/loss-recovered?step=last")
                .then()
                .statusCode(400)
                .body("errors[0].rule", equalTo("wrong type"))
                .body("errors[0].expected", equalTo("whole number, at least 0"))
                .body("errors[0].found", equalTo("last"));
    }

    @Test
    void anAnnouncedDictionaryWaitsForItsContextsAndSaysSo() {
        // Given
        StoredRun run = run("patient");
        DictionaryCheckpoint checkpoint = run.saved("identity", IDENTITY);
        announce(checkpoint);
        String part = "patient/evaluation/" + checkpoint.dictionary();
        topics.await(
                Topics.RUN_PROGRESS,
                r -> r.key().equals(part) && text(r).contains("waits for the held-out contexts"));
        given().get("/dictionaries/patient/layers.0.mlp.out/identity/loss-recovered")
                .then()
                .statusCode(404);

        // When
        run.completeHeldOut(CONTEXTS);

        // Then
        awaitEvaluation(checkpoint);
        topics.await(Topics.RUN_PROGRESS, r -> r.key().equals(part) && text(r).contains("ENDED"));
        given().get("/runs/patient/progress")
                .then()
                .statusCode(200)
                .body("part", hasItem("evaluation/patient/layers.0.mlp.out/identity"));
    }

    @Test
    void showsHowTrainingHasGone() {
        // Given
        run("curved");
        Site site = Site.parse("layers.0.mlp.out");
        for (long step : new long[] {10, 20}) {
            CurvePoint point = new CurvePoint(step, 0.5, 3, 2, 31.5, 7, Optional.of(0.75), 1e-3);
            TrainingCurve curve = TrainingCurve.EMPTY.with(point);
            TrainingCurves curves = new TrainingCurves(site, step, Map.of("standard", curve));
            store.put(ObjectKeys.curves("curved", site, step), curves.toJson());
        }

        // When
        var json = given().get("/runs/curved/curves");
        var table = given().accept("text/csv").get("/runs/curved/curves");

        // Then
        json.then()
                .statusCode(200)
                .body("site", contains("layers.0.mlp.out"))
                .body("[0].step", equalTo(20))
                .body("[0].recipes.standard.points[0].varianceExplained", equalTo(0.75f));
        table.then().statusCode(200).contentType("text/csv");
        assertThat(table.asString()).contains("layers.0.mlp.out,standard,20,0.5,3.0,2.0,31.5,7,");
        given().get("/runs/nobody/curves").then().statusCode(404);
    }

    private static String text(ConsumerRecord<String, byte[]> message) {
        return new String(message.value(), StandardCharsets.UTF_8);
    }

    @Test
    void listsDictionariesAndExplainsFigures() {
        // Given
        readyRun("lists").saved("identity", IDENTITY);

        // When
        var listed = given().get("/dictionaries?run=lists");

        // Then
        listed.then()
                .statusCode(200)
                .body("[0].dictionary", equalTo("lists/layers.0.mlp.out/identity"))
                .body("[0].site", equalTo("layers.0.mlp.out"))
                .body("[0].steps", contains(StoredRun.STEPS));
        given().get("/dictionaries")
                .then()
                .body("dictionary", hasItem("lists/layers.0.mlp.out/identity"));
        given().get("/metric-definitions").then().body("id", hasItems("mse", "loss_recovered"));
    }

    @Test
    void describesItselfAndIsReady() {
        given().get("/q/health/ready").then().statusCode(200);
        assertThat(given().get("/q/metrics").asString())
                .contains("lexicographer_evaluations_seconds");
        assertThat(given().get("/openapi").asString())
                .contains("/dictionaries/{run}/{site}/{recipe}/loss-recovered", "LossRecovered:")
                .contains("example: demo/layers.0.mlp.out/standard")
                .contains("application/problem+json", "FieldError:");
    }

    @Test
    void livenessAsksAboutAllThreadsOfItsOwn() {
        String data = "checks.find { it.name == 'workers' }.data.";

        given().get("/q/health/live")
                .then()
                .statusCode(200)
                .body(data + "evaluation", equalTo("alive"))
                .body(data + "statistics", equalTo("alive"))
                .body(data + "'idle-models'", equalTo("alive"));
    }
}
