package org.lexicographer.eval.service.latent;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import ai.djl.ndarray.NDManager;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.eval.nearest.DictionaryPair;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.nearest.NearestWork;
import org.lexicographer.eval.neuronpedia.ManyLatents;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.SampleStatistics;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.testing.EmbeddedServersResource;

@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class LatentServiceTest {

    private static final String LATENTS = "/dictionaries/run/layers.0.mlp.out/relu/latents";

    @Inject ObjectStore store;
    @Inject StatisticsStore statistics;

    @BeforeEach
    void storeStatistics() {
        StoredRun run = new StoredRun(store, SampleStatistics.DICTIONARY.run()).storeSpec();
        run.saved("relu", new IdentityDictionary(StoredRun.ACTIVATION_DIM));
        run.saved("unseen", new IdentityDictionary(StoredRun.ACTIVATION_DIM));
        SampleStatistics.store(statistics, "digest");
    }

    @Test
    void latentsAreListedSortedAndSearched() {
        given().get(LATENTS + "?sort=-max")
                .then()
                .statusCode(200)
                .body("found", equalTo(3))
                .body("rows.latent", contains(1, 0, 2))
                .body("rows[1].tokens", contains(" the", "Token9"));
        given().get(LATENTS + "?q=the").then().statusCode(200).body("rows.latent", contains(0));
    }

    @Test
    void oneLatentIsShownWithItsExamples() {
        given().get(LATENTS + "/0")
                .then()
                .statusCode(200)
                .body("statistics.tokens", equalTo(6))
                .body("statistics.warning", containsString("few tokens"))
                .body("top[0].tokens.text", contains("Token5", " the", "Token9"))
                .body("top[0].tokens.value", contains(1f, 3f, 0f))
                .body("top[1].origin.shard", contains("s3://texts/a&b.jsonl", "s3://texts/c.txt"))
                .body("top[1].origin.document", contains(3, 0))
                .body("top[1].origin.line", contains(5, 1))
                .body("top[1].origin.token", contains(43, 0))
                .body("top[1].origin.position", contains(0, 2));
        given().get(LATENTS + "/1/examples").then().body("[0].origin", hasSize(0));
        given().get(LATENTS + "/2/examples?group=silent")
                .then()
                .statusCode(200)
                .body("context", contains(1, 0))
                .body("[1].origin.line", contains(5));
        given().get(LATENTS + "/density").then().statusCode(200).body("bins", hasSize(10));
    }

    @Test
    void aLatentIsTakenOutOfItsTopContexts() {
        given().post(LATENTS + "/0/ablation")
                .then()
                .statusCode(200)
                .body("site", equalTo("layers.0.mlp.out"))
                .body("contexts.context", contains(0, 1))
                .body("contexts[1].origin.line", contains(5, 1))
                .body("contexts.places.flatten()", hasSize(0))
                .body("up", hasSize(0))
                .body("down", hasSize(0));
        given().post(LATENTS + "/2/ablation")
                .then()
                .statusCode(200)
                .body("contexts", hasSize(0))
                .body("meanChange", nullValue());
        given().post(LATENTS + "/3/ablation").then().statusCode(404);
    }

    @Test
    void theNearestLatentsOfTheOtherDictionariesAreShown() {
        // Given
        StoredRun run = new StoredRun(store, "pairs").storeSpec();
        DictionaryPair pair;
        try (NDManager manager = NDManager.newBaseManager()) {
            pair =
                    DictionaryPair.of(
                            member(run.saved("one", StoredRun.random(manager, false))),
                            member(run.saved("other", StoredRun.random(manager, true))));
        }
        NearestStore nearest = new NearestStore(store);
        new NearestWork(
                        new DictionaryStore(store),
                        nearest,
                        nearest.claims("test", Duration.ofMinutes(1), InstantSource.system()))
                .compare(pair);

        // Then: both have the same weights
        String latents = "/dictionaries/pairs/layers.0.mlp.out/one/latents";
        given().get(latents + "/7/nearest")
                .then()
                .statusCode(200)
                .body("definitions.nearestDecoder", equalTo(1))
                .body("others.dictionary", contains("pairs/layers.0.mlp.out/other"))
                .body("others[0].decoder", hasSize(10))
                .body("others[0].encoder[0].latent", equalTo(7));
        given().get(latents + "/32/nearest")
                .then()
                .statusCode(404)
                .body("detail", containsString("no such latent: expected=0 to 31, found=32"));
        given().get(latents + "/first/nearest").then().statusCode(400);
    }

    private static Member member(DictionaryCheckpoint checkpoint) {
        return new Member(checkpoint.dictionary(), checkpoint.step());
    }

    @Test
    void latentsAreHandedOutForNeuronpedia() {
        given().get(LATENTS + "/export?format=neuronpedia-upload")
                .then()
                .statusCode(200)
                .contentType("application/x-ndjson")
                .header(
                        "Content-Disposition",
                        containsString(
                                "run-layers.0.mlp.out-relu-step-10-neuronpedia-upload.jsonl"))
                .body(
                        containsString(
                                "{\"modelId\":\"tiny\",\"source\":\"0-mlp-out-run-relu-786e58b7\","));
        given().get(LATENTS + "/export?format=neuronpedia-upload&model=gpt2-small&set=res-mine")
                .then()
                .statusCode(200)
                .body(containsString("{\"modelId\":\"gpt2-small\",\"source\":\"0-res-mine\","));
        given().get(LATENTS + "/export?format=neuronpedia-batch")
                .then()
                .statusCode(200)
                .contentType("application/zip");
    }

    @Test
    void anExportThatBreaksOffIsNotTakenForAWholeOne() {
        // Given
        new StoredRun(store, ManyLatents.DICTIONARY.run())
                .storeSpec()
                .saved(
                        ManyLatents.DICTIONARY.recipe(),
                        new IdentityDictionary(StoredRun.ACTIVATION_DIM),
                        ManyLatents.DICTIONARY.site(),
                        ManyLatents.DICTIONARY.site());
        new ManyLatents(1100, _ -> true, 3).stored(store);
        try (Stream<ObjectStat> objects = store.list("dictionaries/" + ManyLatents.DICTIONARY)) {
            store.deleteAll(
                    objects.map(ObjectStat::key)
                            .filter(key -> key.endsWith("latents-00001.jsonl"))
                            .toList());
        }

        // Then
        assertThatThrownBy(
                        () ->
                                given().get(
                                                "/dictionaries/%s/latents/export?format=%s"
                                                        .formatted(
                                                                ManyLatents.DICTIONARY,
                                                                "neuronpedia-upload"))
                                        .asByteArray())
                .hasMessageContaining("Premature end of chunk");
    }

    @Test
    void whatNeuronpediaWouldRefuseIsRefusedHere() {
        given().get(LATENTS + "/export?format=html")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("format"))
                .body("errors[0].expected", equalTo("neuronpedia-upload|neuronpedia-batch"));
        given().get(LATENTS + "/export").then().statusCode(400);
        given().get(LATENTS + "/export?format=neuronpedia-batch&model=A&set=B")
                .then()
                .statusCode(400)
                .body("errors.field", contains("model", "set"));
        given().get(
                        "/dictionaries/run/layers.0.mlp.out/unseen/latents/export"
                                + "?format=neuronpedia-upload")
                .then()
                .statusCode(404)
                .body("detail", containsString("no statistics of latents"));
    }

    private static RequestSpecification says(String text) {
        return given().contentType("application/json")
                .body("{\"text\": \"%s\", \"author\": \"Ada\"}".formatted(text));
    }

    @Test
    void aLatentIsExplainedAndNobodyUndoesWhatTheyHaveNotSeen() {
        // Given
        String explanation = LATENTS + "/1/explanation";
        given().get(explanation).then().statusCode(404).body("detail", containsString("no expl"));
        given().delete(explanation).then().statusCode(404);

        // When
        String first =
                says("ones").put(explanation).then().statusCode(201).extract().header("ETag");

        // Then
        given().get(explanation)
                .then()
                .statusCode(200)
                .header("ETag", equalTo(first))
                .body("text", equalTo("ones"))
                .body("author", equalTo("Ada"))
                .body("written", matchesPattern("\\d{4}-.*Z"));
        given().get(LATENTS + "?q=ones").then().body("rows.explanation.text", contains("ones"));
        given().get(LATENTS + "/1").then().body("figures.explanation.author", equalTo("Ada"));
        given().get(LATENTS + "/export?format=neuronpedia-upload")
                .then()
                .body(containsString("\"explanations\":[{\"text\":\"ones\"}]"));
        says("late").put(explanation).then().statusCode(428);
        given().delete(explanation).then().statusCode(428);
        String second =
                says("odd ones")
                        .header("If-Match", first)
                        .put(explanation)
                        .then()
                        .statusCode(200)
                        .extract()
                        .header("ETag");
        says("late").header("If-Match", first).put(explanation).then().statusCode(412);
        given().header("If-Match", first).delete(explanation).then().statusCode(412);
        given().header("If-Match", second).delete(explanation).then().statusCode(204);
        given().get(explanation).then().statusCode(404);
    }

    @Test
    void anExplanationNeedsATextAnAuthorAndALatentThatIsThere() {
        given().contentType("application/json")
                .body("{\"text\": \" \"}")
                .put(LATENTS + "/0/explanation")
                .then()
                .statusCode(400)
                .body("errors.field", contains("text", "author"));
        says("x").put(LATENTS + "/first/explanation").then().statusCode(400);
        says("x").put(LATENTS + "/512/explanation").then().statusCode(404);
        says("x").put(LATENTS + "/0/explanation?step=3").then().statusCode(404);
        given().get("/dictionaries/run/layers.0.mlp.out/none/latents/0/explanation")
                .then()
                .statusCode(404);
    }

    @Test
    void whatTheFiguresMeanIsListed() {
        given().get("/latent-definitions")
                .then()
                .statusCode(200)
                .body("id", hasItems("density", "top", "nearestDecoder", "nearestEncoder"))
                .body("[0].formula", equalTo("firings / tokens that count"));
    }

    @Test
    void wrongParametersAreAllNamed() {
        given().get(LATENTS + "?sort=beauty&page=none")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors.field", contains("sort", "page"));
        given().get(LATENTS + "/0/examples?group=interval-6")
                .then()
                .statusCode(400)
                .body("errors.field", hasItem("group"));
        given().get(LATENTS + "/first").then().statusCode(400);
    }

    @Test
    void whatDoesNotExistIsSaidWithHowToMakeIt() {
        given().get(LATENTS + "/3")
                .then()
                .statusCode(404)
                .body("detail", containsString("no such latent: expected=0 to 2, found=3"));
        given().get("/dictionaries/run/layers.0.mlp.out/unseen/latents")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body(
                        "detail",
                        containsString("POST /dictionaries/run/layers.0.mlp.out/unseen/latents"));
    }
}
