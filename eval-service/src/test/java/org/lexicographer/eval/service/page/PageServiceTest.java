package org.lexicographer.eval.service.page;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import ai.djl.ndarray.NDManager;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.Evaluation.Metric;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.testing.EmbeddedServersResource;

/** What browsers get. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class PageServiceTest {

    private static final Dictionary IDENTITY = new IdentityDictionary(StoredRun.ACTIVATION_DIM);
    private static final String ONE = "/pages/dictionaries/pages/layers.0.mlp.out/";
    private static final String HOSTILE = "<script>alert('cat')</script>";

    @Inject ObjectStore store;

    /** What a browser says that it takes. */
    private static RequestSpecification browser() {
        return given().accept("text/html,application/xhtml+xml,*/*;q=0.8");
    }

    private static ValidatableResponse page(String path) {
        return browser().get(path).then().statusCode(200).contentType("text/html");
    }

    private StoredRun run() {
        return new StoredRun(store, "pages").storeSpec();
    }

    private void evaluated(DictionaryCheckpoint checkpoint, String text, Metric... metrics) {
        Evaluation evaluation =
                new Evaluation(
                        checkpoint.dictionary(),
                        checkpoint.step(),
                        true,
                        text,
                        6,
                        96,
                        List.of(metrics));
        new EvaluationStore(store).put(evaluation);
    }

    @Test
    void theRunsLeadToARunAndARunToItsDictionaries() {
        // Given
        StoredRun run = run();
        DictionaryCheckpoint identity = run.saved("identity", IDENTITY);
        run.saved("waiting", IDENTITY);
        evaluated(
                identity, "held-out", new Metric("l0", 1, 16), new Metric("loss_recovered", 1, 1));

        // Then
        page("/").body(containsString("href=\"/pages/runs/pages\""));
        page("/pages/runs/pages")
                .body(containsString("href=\"" + ONE + "identity\""))
                .body(containsString("href=\"" + ONE + "waiting\""))
                .body(containsString("<td class=\"number\">100.0</td>"))
                .body(containsString("identity: L0: mean number of active latents 16"))
                .body(containsString("hx-get=\"/pages/runs/pages/progress\""));
        browser()
                .get("/pages/runs/pages/progress")
                .then()
                .statusCode(200)
                .body(not(containsString("<html")))
                .body(containsString("id=\"progress\""));
    }

    @Test
    void aMetricSaysWhatItMeansWhereItStands() {
        // Given
        DictionaryCheckpoint checkpoint = run().saved("defined", IDENTITY);
        evaluated(checkpoint, "held-out", new Metric("mse", 1, 0.25));
        evaluated(checkpoint, "poem", new Metric("mse", 1, 0.5), new Metric("older", 1, 2));

        // Then
        page(ONE + "defined")
                .body(containsString("aria-describedby=\"about-mse\""))
                .body(containsString("&lt;|e|^2&gt; / D"))
                .body(containsString("<td class=\"number\">0.25</td><td class=\"number\">0.5</td>"))
                .body(containsString("older, version 1"));
        page("/pages/metric-definitions").body(containsString("id=\"mse\""));
    }

    private static Response tried(String text, String latent) {
        return browser()
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("text", text)
                .formParam("latent", latent)
                .post(ONE + "random/text");
    }

    @Test
    void aTextIsShownWithTheLatentsOfItsTokens() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given
            run().saved("random", StoredRun.random(manager, false));
            page(ONE + "random/text").body(containsString("<textarea"));
            page(ONE + "random/text?latent=3").body(containsString("value=\"3\""));

            // When
            String all = tried("a cat sat\r\non the mat", "").asString();
            String one = tried("a cat sat", "3").asString();

            // Then
            assertThat(all).contains("heat-10", "name=\"follow\"", "href=\"#token-0\"");
            assertThat(all).doesNotContain("\u240d");
            assertThat(one)
                    .contains("Latent 3</a> on")
                    .doesNotContain("name=\"follow\" value=\"4\"");
        }
    }

    @Test
    void whatIsWrongWithATextIsSaidBesideItsField() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given
            run().saved("random", StoredRun.random(manager, false));

            // Then
            tried("a cat", "many")
                    .then()
                    .statusCode(400)
                    .body(containsString("found=many"))
                    .body(containsString("aria-describedby=\"latent-error\""));
            tried("a cat", "32").then().statusCode(400).body(containsString("no such latent"));
            tried("", "").then().statusCode(400).body(containsString("id=\"text-error\""));
        }
    }

    @Test
    void textOfOthersIsNeverMarkup() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given
            run().saved("random", StoredRun.random(manager, false));

            // Then
            assertThat(tried(HOSTILE, HOSTILE).asString()).doesNotContain("<script>");
            assertThat(tried(HOSTILE, "").asString()).doesNotContain("<script>");
            assertThat(browser().get("/pages/runs/" + HOSTILE).asString())
                    .doesNotContain("<script>");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/pages/metric-definitions", "/pages/runs/none", "/nonsense", "/runs"})
    void aPageLoadsAndSendsNothingElsewhere(String path) {
        browser()
                .get(path)
                .then()
                .contentType("text/html")
                .header("Content-Security-Policy", equalTo(PageHeaders.POLICY))
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .body(not(containsString(" style=")))
                .body(not(containsString("<style")))
                .body(not(containsString("<script>")))
                .body(not(containsString("src=\"http")));
    }

    @Test
    void whatAPageLoadsIsThere() {
        given().get(PageAssets.HTMX).then().statusCode(200).body(containsString("htmx"));
        given().get(PageAssets.STYLE).then().statusCode(200).contentType("text/css");
    }

    @Test
    void aBrowserIsToldInAPageAndAProgramInAProblemWhatIsWrong() {
        browser()
                .get("/pages/runs/none")
                .then()
                .statusCode(404)
                .contentType("text/html")
                .body(containsString("no such run: run=none"));
        browser()
                .get("/dictionaries/none/nowhere/x")
                .then()
                .statusCode(400)
                .body(containsString("<dt>site</dt>"));
        given().get("/nonsense")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", equalTo("no such path: path=/nonsense"));
        given().get("/pages/runs/none")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    @Test
    void anotherSitesPageSendsNoForms() {
        for (String header : List.of("Origin: http://elsewhere", "Sec-Fetch-Site: cross-site")) {
            String[] parts = header.split(": ");
            browser()
                    .header(parts[0], parts[1])
                    .formParam("text", "a cat")
                    .post(ONE + "random/text")
                    .then()
                    .statusCode(403)
                    .body(containsString("form of another site"));
        }
    }

    @Test
    void theSpecToBeginWithIsValid() {
        assertThat(RunSpec.read(SubmitPageResource.EXAMPLE.getBytes(StandardCharsets.UTF_8)).run())
                .isEqualTo("my-run");
        run();
        page("/pages/submit?from=pages")
                .body(containsString("&quot;run&quot; : &quot;pages&quot;"));
    }

    private static ValidatableResponse submitted(String spec) {
        return browser()
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("spec", spec)
                .post("/pages/submit")
                .then();
    }

    @Test
    void everyWrongFieldOfASpecIsNamed() {
        submitted("{\"run\": \"a/b\", \"stepz\": 1}")
                .statusCode(400)
                .body(containsString("<code>run</code>"))
                .body(containsString("<code>stepz</code>"))
                .body(containsString("aria-invalid=\"true\""));
        submitted("{").statusCode(400).body(containsString("role=\"alert\""));
    }

    @Test
    void wrongFieldsStandBesideTheirLines() {
        submitted("{\n \"run\": \"a/b\",\n \"stepz\": 1}")
                .statusCode(400)
                .body(containsString("<code>stepz</code>, line 3"))
                .body(
                        matchesPattern(
                                "(?s).*<pre class=\"margin error\"[^>]*>\n[^\n]*\n← run: [^\n]*\n← stepz: .*"));
    }

    @Test
    void aSpecThatCannotBeHandedOnStaysInTheForm() {
        submitted(SubmitPageResource.EXAMPLE)
                .statusCode(503)
                .body(containsString("trainer-service not reached"))
                .body(containsString("&quot;my-run&quot;"));
    }

    @Test
    void twoDictionariesStandSideBySide() {
        // Given
        StoredRun run = run();
        evaluated(run.saved("one", IDENTITY), "held-out", new Metric("mse", 1, 0.25));
        evaluated(run.saved("two", IDENTITY), "held-out", new Metric("mse", 1, 0.5));
        run.saved("three", IDENTITY);
        String site = "pages/layers.0.mlp.out/";

        // Then
        page("/pages/compare").body(containsString("<option>" + site + "one</option>"));
        page("/pages/compare?first=" + site + "one&second=" + site + "two")
                .body(containsString("<td class=\"number\">0.25</td><td class=\"number\">0.5</td>"))
                .body(containsString("<option selected>" + site + "two</option>"));
        page("/pages/compare?first=" + site + "one&second=" + site + "three")
                .body(containsString(site + "three is not evaluated yet"));
        browser().get("/pages/compare?first=nonsense").then().statusCode(400);
    }
}
