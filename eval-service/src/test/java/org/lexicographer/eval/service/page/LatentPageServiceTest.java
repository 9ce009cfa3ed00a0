package org.lexicographer.eval.service.page;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.not;

import ai.djl.ndarray.NDManager;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.eval.nearest.DictionaryPair;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.nearest.NearestWork;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.SampleStatistics;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.testing.EmbeddedServersResource;

/** Latents, as browsers get them. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class LatentPageServiceTest {

    private static final String DICTIONARY = "/pages/dictionaries/" + SampleStatistics.DICTIONARY;
    private static final String LATENTS = DICTIONARY + "/latents";

    @Inject ObjectStore store;
    @Inject StatisticsStore statistics;

    @BeforeEach
    void storeStatistics() {
        StoredRun run = new StoredRun(store, SampleStatistics.DICTIONARY.run()).storeSpec();
        run.saved("relu", new IdentityDictionary(StoredRun.ACTIVATION_DIM));
        run.saved("unseen", new IdentityDictionary(StoredRun.ACTIVATION_DIM));
        SampleStatistics.store(statistics, "digest");
    }

    private static ValidatableResponse page(String path, int status) {
        return given().accept("text/html,*/*;q=0.8")
                .get(path)
                .then()
                .statusCode(status)
                .contentType("text/html");
    }

    @Test
    void aDictionarysPageShowsHowOftenItsLatentsAreActive() {
        page(DICTIONARY, 200)
                .body(containsString("class=\"bar\""))
                .body(containsString("href=\"" + LATENTS + "\""));
    }

    @Test
    void latentsAreSortedAndSearched() {
        page(LATENTS + "?sort=-max", 200)
                .body(containsString("aria-sort=\"descending\""))
                .body(containsString("href=\"" + LATENTS + "/1\""))
                .body(containsString("few tokens"));
        page(LATENTS + "?q=the", 200)
                .body(containsString("1 found"))
                .body(not(containsString(LATENTS + "/1\"")));
        page(LATENTS + "?q=nothing+like+it", 200).body(containsString("No latent is like that."));
        page(LATENTS + "?sort=beauty", 400).body(containsString("<dt>sort</dt>"));
    }

    private static ValidatableResponse without(int latent) {
        return given().accept("text/html,*/*;q=0.8")
                .post(LATENTS + "/" + latent + "/ablation")
                .then()
                .contentType("text/html");
    }

    @Test
    void aLatentIsTakenOutByAButtonOfItsPage() {
        page(LATENTS + "/0", 200).body(containsString("action=\"" + LATENTS + "/0/ablation\""));
        without(0)
                .statusCode(200)
                .body(containsString("<h1>Without latent 0</h1>"))
                .body(containsString("href=\"" + LATENTS + "/0\""));
        without(2).statusCode(200).body(containsString("there is nothing to take out"));
        without(3).statusCode(404);
    }

    @Test
    void aLatentIsShownWithItsExamplesAndNeighbours() {
        page(LATENTS + "/0", 200)
                .body(containsString("<mark class=\"token heat-10\" title=\"3\"> the"))
                .body(containsString("heat-4\" title=\"1\">Token5"))
                .body(containsString("href=\"" + LATENTS + "/1\""));
    }

    @Test
    void eachExampleSaysWhereItComesFrom() {
        page(LATENTS + "/0", 200)
                .body(containsString("from s3://texts/a&amp;b.jsonl, line 5: document 3, token 41"))
                .body(containsString("from s3://texts/a&amp;b.jsonl, line 5: document 3, token 43"))
                .body(containsString("2 documents in this context"))
                .body(containsString("from s3://texts/c.txt, line 1: document 0, token 0"))
                .body(not(containsString("origin not recorded")));
        page(LATENTS + "/1", 200).body(containsString("origin not recorded"));
    }

    @Test
    void whatIsNearInTheRunsOtherDictionariesIsShown() {
        // Given
        StoredRun run = new StoredRun(store, SampleStatistics.DICTIONARY.run());
        DictionaryPair pair;
        try (NDManager manager = NDManager.newBaseManager()) {
            pair =
                    DictionaryPair.of(
                            member(run.saved("relu", StoredRun.random(manager, false))),
                            member(run.saved("twin", StoredRun.random(manager, true))));
        }
        NearestStore nearest = new NearestStore(store);
        new NearestWork(
                        new DictionaryStore(store),
                        nearest,
                        nearest.claims("test", Duration.ofMinutes(1), InstantSource.system()))
                .compare(pair);

        // Then: both have the same weights
        String twin = "run/layers.0.mlp.out/twin";
        page(LATENTS + "/1", 200)
                .body(containsString("In the run's other dictionaries"))
                .body(containsString("href=\"/pages/dictionaries/" + twin + "/latents/1\""));
        page("/pages/compare?first=" + SampleStatistics.DICTIONARY + "&second=" + twin, 200)
                .body(containsString("32 of 32 latents of run/layers.0.mlp.out/relu"))
                .body(containsString("Latents of relu by their largest decoder cosine in twin"));
    }

    private static Member member(DictionaryCheckpoint checkpoint) {
        return new Member(checkpoint.dictionary(), checkpoint.step());
    }

    private static Response explain(int latent, String text, String author, String seen) {
        return given().accept("text/html,*/*;q=0.8")
                .redirects()
                .follow(false)
                .formParam("text", text)
                .formParam("author", author)
                .formParam("seen", seen)
                .post(LATENTS + "/" + latent + "/explanation");
    }

    private static String seen(int latent) {
        return page(LATENTS + "/" + latent, 200)
                .extract()
                .htmlPath()
                .getString("**.find { it.@name == 'seen' }.@value");
    }

    @Test
    void whatALatentStandsForIsWrittenOnItsPage() {
        // When
        explain(2, "<b>silence</b>", "A & B", "")
                .then()
                .statusCode(303)
                .header("Location", endsWith(LATENTS + "/2"));

        // Then
        page(LATENTS + "/2", 200)
                .body(containsString("<p class=\"said\">&lt;b&gt;silence&lt;/b&gt;</p>"))
                .body(containsString("A &amp; B, 2"));
        page(LATENTS + "?q=SILENCE", 200).body(containsString("1 found"));
        explain(2, " ", "", seen(2))
                .then()
                .statusCode(400)
                .body(containsString("id=\"explanation-text-error\""))
                .body(containsString("id=\"explanation-author-error\""));
        explain(2, "my own words", "Eve", "")
                .then()
                .statusCode(412)
                .body(containsString("somebody else has changed it meanwhile"))
                .body(containsString("&lt;b&gt;silence&lt;/b&gt;</p>"))
                .body(containsString("my own words</textarea>"));
        given().formParam("remove", "true")
                .formParam("seen", seen(2))
                .post(LATENTS + "/2/explanation");
        page(LATENTS + "/2", 200).body(containsString("Nobody has said yet what it stands for."));
    }

    @Test
    void anotherSitesPageExplainsNothing() {
        given().header("Sec-Fetch-Site", "cross-site")
                .formParam("text", "spam")
                .formParam("author", "Mallory")
                .post(LATENTS + "/0/explanation")
                .then()
                .statusCode(403);
    }

    @Test
    void figuresAreShownWithWhatTheyMean() {
        page(LATENTS + "/0", 200)
                .body(containsString("href=\"/pages/latent-definitions#density\""))
                .body(containsString("firings / tokens that count"))
                .body(containsString("the 20 contexts with the largest maxima"));
        page(LATENTS, 200).body(containsString("href=\"/pages/latent-definitions#mean\""));
        page(DICTIONARY, 200).body(containsString("firings / tokens that count"));
        page("/pages/latent-definitions", 200)
                .body(containsString("id=\"density\""))
                .body(containsString("id=\"nearestDecoder\""));
    }

    @Test
    void aDeadLatentSaysSo() {
        page(LATENTS + "/2", 200).body(containsString("never active on these tokens"));
    }

    @Test
    void aLatentThatIsNotThereIsNotFound() {
        page(LATENTS + "/3", 404).body(containsString("no such latent: expected=0 to 2, found=3"));
        page(LATENTS + "/first", 400).body(containsString("<dt>latent</dt>"));
    }

    @Test
    void whereNothingWasCountedThePageSaysSo() {
        String unseen = "/pages/dictionaries/run/layers.0.mlp.out/unseen/latents";
        page(unseen, 404).body(containsString("No statistics of these latents yet"));
        page(unseen + "/0", 404).body(containsString("No statistics of these latents yet"));
        page(LATENTS + "?text=poem", 404).body(not(containsString("method=\"post\"")));
    }

    @Test
    void whatWasNotCountedCanBeAskedFor() {
        String unseen = "/pages/dictionaries/run/layers.0.mlp.out/unseen/latents";
        page(unseen, 404).body(containsString("<form method=\"post\" action=\"" + unseen + "\">"));
        given().accept("text/html,*/*;q=0.8")
                .post(unseen)
                .then()
                .statusCode(400)
                .body(containsString("the run has no held-out contexts"));
    }
}
