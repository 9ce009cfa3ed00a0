package org.lexicographer.trainer.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.AuditEntry;
import org.lexicographer.pipeline.stored.AuditEntry.Outcome;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.testing.AccessResource;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.testing.IdentityProviderServer;
import org.lexicographer.testing.KeysFile;
import org.lexicographer.testing.KeysFile.Key;
import org.lexicographer.trainer.RunSpecs;

/** Who may do what to runs. */
@QuarkusTest
@WithTestResource(value = EmbeddedServersResource.class)
@WithTestResource(
        value = AccessResource.class,
        initArgs = {
            @ResourceArg(name = "quota.owners.carol.runs", value = "1"),
            @ResourceArg(name = "quota.owners.emil.runs", value = "1"),
            @ResourceArg(name = "quota.owners.flora.runs", value = "1"),
            @ResourceArg(name = "quota.owners.lena.latents", value = "40"),
            @ResourceArg(name = "quota.owners.simon.sites", value = "0")
        })
class TrainerAccessTest {

    IdentityProviderServer provider;
    KeysFile keys;

    @Inject ObjectStore objects;

    @AfterEach
    void theKeysAreAsBefore() {
        keys.write(AccessResource.SUBMITTER);
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    private RequestSpecification user(String name, String role) {
        return as(provider.tokens().of(name, role));
    }

    private static ValidatableResponse submit(RequestSpecification caller, RunSpec spec) {
        return caller.contentType(ContentType.JSON).body(spec.toJson()).post("/runs").then();
    }

    private List<AuditEntry> audit(String subject) {
        try (Stream<ObjectStat> stored = objects.list(ObjectKeys.AUDIT)) {
            return stored.map(entry -> AuditEntry.read(objects.bytes(entry.key())))
                    .filter(entry -> entry.subject().equals(Optional.of(subject)))
                    .toList();
        }
    }

    @Test
    void whoeverDoesNotSayWhoTheyAreIsRefused() {
        given().get("/runs")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", startsWith("Bearer"))
                .body("detail", startsWith("caller unknown"));
        submit(given(), RunSpecs.of("unknown", 4)).statusCode(401);
        assertThat(new StoredRuns(objects).find("unknown")).isEmpty();
    }

    @Test
    void noTokenIsTakenThatIsNotGoodForThisService() {
        Stream.of(
                        provider.tokens().expired("alice", "operator"),
                        provider.tokens().forAnother("alice", "operator"),
                        provider.tokens().byAnother("alice", "operator"),
                        provider.tokens().signedByAnother("alice", "operator"),
                        provider.tokens().unsigned("alice", "operator"),
                        provider.tokens().changed("alice", "operator"),
                        "no-token",
                        "lex_no-key")
                .forEach(
                        token ->
                                as(token)
                                        .get("/runs")
                                        .then()
                                        .statusCode(401)
                                        .contentType("application/problem+json")
                                        .body("detail", startsWith("token or key not accepted")));
        user("alice", "operator").get("/runs").then().statusCode(200);
    }

    @Test
    void aRoleThatIsMissingIsNamed() {
        submit(user("rita", "reader"), RunSpecs.of("readers", 4))
                .statusCode(403)
                .body("detail", equalTo("role missing: expected=submitter, found=[reader]"));
        user("nora", "admin")
                .get("/runs")
                .then()
                .statusCode(403)
                .body("detail", equalTo("role missing: expected=reader, found=[]"));
    }

    @Test
    void probesMetricsAndTheSchemaTakeNoToken() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/metrics").then().statusCode(200);
        given().get("/openapi").then().statusCode(200);
        given().get("/schemas/run-spec").then().statusCode(200);
    }

    @Test
    void aRunIsItsSubmittersAndTheOperators() {
        // Given
        RunSpec spec = RunSpecs.of("alices", 4);
        submit(user("alice", "submitter"), spec).statusCode(201).body("owner", equalTo("alice"));

        // Then
        user("rita", "reader").get("/runs/alices").then().body("owner", equalTo("alice"));
        user("rita", "reader").get("/runs").then().body("owner", hasItem("alice"));
        user("bob", "submitter")
                .delete("/runs/alices")
                .then()
                .statusCode(403)
                .body("detail", containsString("expected=alice or the role operator, found=bob"));
        user("bob", "submitter").post("/runs/alices/resume").then().statusCode(403);
        user("bob", "submitter")
                .contentType(ContentType.JSON)
                .body("{\"steps\": 8}")
                .post("/runs/alices/extend")
                .then()
                .statusCode(403);

        // When
        submit(user("bob", "submitter"), spec).statusCode(201).body("owner", equalTo("alice"));

        // Then
        user("alice", "submitter").delete("/runs/alices").then().statusCode(204);
        user("alice", "submitter")
                .delete("/runs/alices?purge=true")
                .then()
                .statusCode(403)
                .body("detail", containsString("role missing to remove a run"));
    }

    @Test
    void aRunOfNobodyIsChangedByOperatorsAlone() {
        RunSpec spec = RunSpecs.of("old", 4);
        new StoredRuns(objects).admit(spec);

        submit(user("alice", "submitter"), spec).statusCode(201);
        assertThat(new RunOwners(objects).find("old")).isEmpty();
        user("alice", "submitter").delete("/runs/old").then().statusCode(403);
        user("olga", "operator").delete("/runs/old").then().statusCode(204);
    }

    @Test
    void aMachineShowsItsKeyUntilItIsTakenBack() {
        // Given
        String key = AccessResource.SUBMITTER.key();
        submit(as(key), RunSpecs.of("nightly", 4)).statusCode(201).body("owner", equalTo("robots"));

        // When
        keys.write(new Key("lex_next", "nightly", "submitter", "robots"));

        // Then
        Await.until(
                "the key is not taken any more",
                () -> as(key).get("/runs").statusCode(),
                status -> status == 401);
        as("lex_next").delete("/runs/nightly").then().statusCode(204);
    }

    @Test
    void anOwnerHasAsManyRunsAtWorkAsTheQuotaAllows() {
        // Given
        submit(user("carol", "submitter"), RunSpecs.of("carols-first", 4)).statusCode(201);

        // Then
        submit(user("carol", "submitter"), RunSpecs.of("carols-second", 4))
                .statusCode(403)
                .body("type", equalTo("urn:lexicographer:problem:quota-exceeded"))
                .body(
                        "detail",
                        equalTo(
                                "quota exceeded: rule=runs at work, limit=1, used=1, asked=1,"
                                        + " owner=carol, setting=quota.runs"));
        submit(user("carol", "submitter"), RunSpecs.of("carols-first", 4)).statusCode(201);

        // When
        user("carol", "submitter").delete("/runs/carols-first").then().statusCode(204);

        // Then
        submit(user("carol", "submitter"), RunSpecs.of("carols-second", 4)).statusCode(201);
    }

    /** A run that has ended, as it was before there were quotas. */
    private void ended(String owner, String run, State state) {
        new StoredRuns(objects).admit(RunSpecs.of(run, 4));
        new RunOwners(objects).record(run, new RunOwner(owner));
        new StoredEnds(objects).record(run, new RunEnd(state, Optional.empty()));
    }

    private ValidatableResponse resume(String owner, String run) {
        return user(owner, "submitter").post("/runs/" + run + "/resume").then();
    }

    private ValidatableResponse extend(String owner, String run) {
        return user(owner, "submitter")
                .contentType(ContentType.JSON)
                .body("{\"steps\": 8}")
                .post("/runs/" + run + "/extend")
                .then();
    }

    private static void isBeyond(String use, ValidatableResponse answer) {
        answer.statusCode(403)
                .body("type", equalTo("urn:lexicographer:problem:quota-exceeded"))
                .body("detail", startsWith("quota exceeded: rule=" + use + ", owner="));
    }

    @Test
    void aRunIsResumedAndExtendedWithinItsOwnersQuota() {
        // Given
        ended("emil", "emils-failed", State.FAILED);
        ended("emil", "emils-ended", State.ENDED);
        submit(user("emil", "submitter"), RunSpecs.of("emils-third", 4)).statusCode(201);

        // Then
        isBeyond("runs at work, limit=1, used=1, asked=1", resume("emil", "emils-failed"));
        isBeyond("runs at work, limit=1, used=1, asked=1", extend("emil", "emils-ended"));
        assertThat(new RunOwners(objects).atWork("emil"))
                .extracting(RunSpec::run)
                .containsExactly("emils-third");
        resume("emil", "emils-third")
                .statusCode(409)
                .body("detail", equalTo("run has not failed: run=emils-third"));

        // When
        user("emil", "submitter").delete("/runs/emils-third").then().statusCode(204);

        // Then
        extend("emil", "emils-ended").statusCode(409).body("detail", startsWith("no checkpoint"));
        resume("emil", "emils-failed").statusCode(202);
    }

    @Test
    void latentsAndSitesOfARunThatIsResumedCountToo() {
        // Given
        RunSpec spec = RunSpecs.of("lenas-first", 4);
        submit(user("lena", "submitter"), spec).statusCode(201);
        ended("lena", "lenas-second", State.FAILED);
        ended("simon", "simons", State.FAILED);

        // Then
        isBeyond(
                "latents of runs at work, limit=40, used=%1$d, asked=%1$d".formatted(latents(spec)),
                resume("lena", "lenas-second"));
        isBeyond("sites of a run, limit=0, used=0, asked=1", resume("simon", "simons"));
        isBeyond("sites of a run, limit=0, used=0, asked=1", extend("simon", "simons"));
    }

    private static long latents(RunSpec spec) {
        return spec.recipesAt(RunSpecs.SITE).stream().mapToLong(RecipeSpec::dictionarySize).sum();
    }

    @Test
    void operatorsResumeBeyondAnOwnersQuota() {
        ended("simon", "simons-other", State.FAILED);

        resume("simon", "simons-other").statusCode(403);
        user("olga", "operator").post("/runs/simons-other/resume").then().statusCode(202);
    }

    @Test
    void ofRunsThatComeTogetherAsManyAreTakenAsTheQuotaAllows() throws Exception {
        // Given
        List<String> runs = IntStream.range(0, 8).mapToObj(n -> "floras-" + n).toList();
        List<Callable<Integer>> requests =
                runs.stream()
                        .map(run -> submitting(user("flora", "submitter"), RunSpecs.of(run, 4)))
                        .toList();

        // When
        List<Integer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : threads.invokeAll(requests)) {
                answers.add(answer.get());
            }
        }

        // Then
        assertThat(answers).filteredOn(status -> status == 201).hasSize(1);
        assertThat(answers).filteredOn(status -> status == 403).hasSize(7);
        assertThat(new RunOwners(objects).atWork("flora")).hasSize(1);
    }

    private static Callable<Integer> submitting(RequestSpecification caller, RunSpec spec) {
        return () -> submit(caller, spec).extract().statusCode();
    }

    @Test
    void whoChangedWhatIsKept() {
        // When
        submit(user("dora", "submitter"), RunSpecs.of("doras", 4)).statusCode(201);
        user("bob", "submitter").delete("/runs/doras").then().statusCode(403);
        user("dora", "submitter").delete("/runs/doras").then().statusCode(204);

        // Then
        List<AuditEntry> entries =
                Await.until("three entries", () -> audit("doras"), found -> found.size() == 3);
        assertThat(entries)
                .extracting(AuditEntry::action, e -> e.owner().orElse(""), AuditEntry::outcome)
                .containsExactlyInAnyOrder(
                        tuple("submit", "dora", Outcome.DONE),
                        tuple("cancel", "bob", Outcome.REFUSED),
                        tuple("cancel", "dora", Outcome.DONE));
    }
}
