package org.lexicographer.trainer.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.Json;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.trainer.RunSpecs;

/** Runs by which somebody wants to reach what is not theirs are refused when they are posted. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {@ResourceArg(name = "trainer.work-folder", value = "{folder}/work")})
class HostileRunTest {

    private static final String RUN = "hostile";

    @ParameterizedTest
    @MethodSource("org.lexicographer.testing.HostileAddresses#folders")
    void addressesThatLeadElsewhereAreRefused(String uri) {
        ObjectNode spec = (ObjectNode) Json.tree(RunSpecs.of(RUN, 12).toJson());
        spec.withObject("/languageModel").put("uri", uri);

        given().contentType(ContentType.JSON)
                .body(Json.write(spec))
                .post("/runs")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors.field", equalTo(List.of("languageModel.uri")));
        given().get("/runs/{run}", RUN).then().statusCode(404);
    }
}
