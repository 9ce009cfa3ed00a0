package org.lexicographer.eval.service.page.session;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.testing.AccessResource;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.testing.IdentityProviderServer;

/** Who may do what on pages, and to dictionaries. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {@ResourceArg(name = "eval.model-folder", value = "{folder}/models")})
@WithTestResource(
        value = AccessResource.class,
        initArgs = {
            @ResourceArg(name = "quota.owners.carol.import-size", value = "1000"),
            @ResourceArg(name = "quota.owners.dave.import-size", value = "1000000"),
            // A body of which nothing comes may take as long as this machine does.
            @ResourceArg(name = "request-body.grace", value = "15m")
        })
@WithTestResource(value = TrainerServer.class)
class EvalAccessTest {

    private static final String SUBMIT = "/pages/submit";

    IdentityProviderServer provider;
    TrainerServer trainer;

    @TestHTTPResource("/")
    URI base;

    @Inject ObjectStore store;

    private Browser browser;

    @BeforeEach
    void openABrowser() {
        browser = new Browser(base);
    }

    @AfterEach
    void closeIt() {
        browser.close();
    }

    private RequestSpecification user(String name, String role) {
        return given().header("Authorization", "Bearer " + provider.tokens().of(name, role));
    }

    private HttpResponse<String> loggedIn(String name, String... roles) {
        provider.atTheBrowser(name, roles);
        return browser.open("/");
    }

    private String spec(String run) {
        return new String(new StoredRun(store, run).storeSpec().spec().toJson(), UTF_8);
    }

    @Test
    void aBrowserLogsInAndIsWhereItWantedToBe() {
        // Given
        provider.atTheBrowser("alice", "reader");

        // When
        HttpResponse<String> asked = browser.ask("/pages/compare");
        HttpResponse<String> page = browser.open("/pages/compare");

        // Then
        assertThat(asked.statusCode()).isEqualTo(302);
        assertThat(asked.headers().firstValue("Location").orElseThrow())
                .startsWith(provider.at("/authorize").toString())
                .contains("code_challenge=");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.uri().getPath()).isEqualTo("/pages/compare");
        assertThat(page.body()).contains("alice").contains("/pages/logout");
        assertThat(browser.cookie("q_session").orElseThrow().isHttpOnly()).isTrue();
    }

    @Test
    void aSessionReadsWhatPagesLinkTo() {
        loggedIn("alice", "reader");

        assertThat(browser.ask("/dictionaries").statusCode()).isEqualTo(200);
    }

    @Test
    void aUserWithoutARoleIsToldWhichOneIsMissing() {
        HttpResponse<String> page = loggedIn("nora");

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("role missing: expected=reader, found=[]");
    }

    @Test
    void programsAndPartsOfPagesAreNotSentToLogIn() {
        given().get("/dictionaries")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .body("detail", startsWith("caller unknown"));
        HttpResponse<String> part = browser.ask("/pages/runs/some/progress", "HX-Request", "true");
        assertThat(part.statusCode()).isEqualTo(401);
        assertThat(part.headers().firstValue("HX-Refresh")).contains("true");
    }

    @Test
    void aFormIsTakenWithTheTokenOfItsPageAlone() {
        // Given
        String run = spec("from-a-page");
        loggedIn("alice", "submitter");
        String token = Browser.token(browser.open(SUBMIT));

        // Then
        HttpResponse<String> without = browser.send(SUBMIT, Map.of("spec", run));
        assertThat(without.statusCode()).isEqualTo(403);
        assertThat(without.body()).contains("form not taken");
        assertThat(
                        browser.send(SUBMIT, Map.of("spec", run, "form-token", "A".repeat(22)))
                                .statusCode())
                .isEqualTo(403);
        assertThat(trainer.authorizations()).isEmpty();

        // When
        HttpResponse<String> with = browser.send(SUBMIT, Map.of("spec", run, "form-token", token));

        // Then
        assertThat(with.statusCode()).isEqualTo(303);
        assertThat(claims(trainer.authorizations().getLast()))
                .contains("\"preferred_username\":\"alice\"")
                .contains("submitter");
        trainer.authorizations().clear();
    }

    private static String claims(String authorization) {
        return new String(Base64.getUrlDecoder().decode(authorization.split("\\.")[1]), UTF_8);
    }

    @Test
    void aFormWithoutASessionIsRefusedWhereItIs() {
        HttpResponse<String> answer = browser.send(SUBMIT, Map.of("spec", "{}"));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("caller unknown");
    }

    @Test
    void whoeverLogsOutHasNoSession() {
        // Given
        loggedIn("alice", "reader");

        // When
        HttpResponse<String> left = browser.open("/pages/logout");

        // Then
        assertThat(left.statusCode()).isEqualTo(200);
        assertThat(left.uri().getPath()).isEqualTo("/pages/left");
        assertThat(left.body()).contains("Logged out").doesNotContain("alice");
        assertThat(browser.ask("/").statusCode()).isEqualTo(302);
    }

    @Test
    void readersChangeNothing() {
        user("rita", "reader")
                .contentType("application/zip")
                .post("/dictionaries/new/layers.0.mlp.out/theirs/import")
                .then()
                .statusCode(403)
                .body("detail", equalTo("role missing: expected=submitter, found=[reader]"));
        user("rita", "reader")
                .contentType("application/json")
                .body("{}")
                .post("/dictionaries/new/layers.0.mlp.out/theirs/latents")
                .then()
                .statusCode(403);
    }

    @Test
    void toARunItsOwnerAddsDictionaries() {
        spec("of-alice");
        new RunOwners(store).record("of-alice", new RunOwner("alice"));

        user("bob", "submitter")
                .contentType("application/zip")
                .body(new byte[] {1})
                .post("/dictionaries/of-alice/layers.0.mlp.out/theirs/import")
                .then()
                .statusCode(403)
                .body("detail", containsString("expected=alice or the role operator, found=bob"));
        user("alice", "submitter")
                .contentType("application/zip")
                .body(new byte[] {1})
                .post("/dictionaries/of-alice/layers.0.mlp.out/theirs/import")
                .then()
                .statusCode(422);
    }

    @Test
    void anImportIsWithinItsOwnersQuota() {
        user("carol", "submitter")
                .contentType("application/zip")
                .body(new byte[2000])
                .post("/dictionaries/of-carol/layers.0.mlp.out/theirs/import")
                .then()
                .statusCode(403)
                .body("type", equalTo("urn:lexicographer:problem:quota-exceeded"))
                .body(
                        "detail",
                        equalTo(
                                "quota exceeded: rule=bytes of imports, limit=1000, used=0,"
                                        + " asked=2000, owner=carol, setting=quota.import-size"));
    }

    @Test
    void importsThatComeTogetherAreTogetherWithinTheQuota() {
        // Given
        String token = provider.tokens().of("dave", "submitter");
        HttpRequest neverAllThere =
                HttpRequest.newBuilder(
                                base.resolve("dictionaries/daves/layers.0.mlp.out/one/import"))
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/zip")
                        .POST(BodyPublishers.fromPublisher(EvalAccessTest::sendNothing, 900_000))
                        .build();
        HttpClient http = HttpClient.newHttpClient();

        // When
        http.sendAsync(neverAllThere, HttpResponse.BodyHandlers.discarding());

        // Then
        try {
            Await.until(
                    "the second import is beyond the quota",
                    this::importOfDaves,
                    detail ->
                            detail.equals(
                                    "quota exceeded: rule=bytes of imports, limit=1000000,"
                                            + " used=900000, asked=200000, owner=dave,"
                                            + " setting=quota.import-size"));
        } finally {
            http.shutdownNow();
        }
    }

    private static void sendNothing(Flow.Subscriber<? super ByteBuffer> body) {
        body.onSubscribe(
                new Flow.Subscription() {
                    @Override
                    public void request(long buffers) {}

                    @Override
                    public void cancel() {}
                });
    }

    /** While there is room it is refused as no zip. */
    private String importOfDaves() {
        return user("dave", "submitter")
                .contentType("application/zip")
                .body(new byte[200_000])
                .post("/dictionaries/daves/layers.0.mlp.out/two/import")
                .path("detail");
    }

    @Test
    void theOwnerOfARunIsOnItsPage() {
        spec("shown");
        new RunOwners(store).record("shown", new RunOwner("zoë"));

        loggedIn("rita", "reader");
        assertThat(browser.open("/pages/runs/shown").body()).contains("Owner: zoë");
        assertThat(browser.open("/").body()).contains("shown</a> of zoë");
    }
}
