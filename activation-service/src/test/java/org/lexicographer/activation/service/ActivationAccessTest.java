package org.lexicographer.activation.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.lexicographer.testing.AccessResource;
import org.lexicographer.testing.EmbeddedServersResource;
import org.lexicographer.testing.IdentityProviderServer;

/** Who sees which jobs there are. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {@ResourceArg(name = "activation.model-folder", value = "{folder}/models")})
@WithTestResource(AccessResource.class)
class ActivationAccessTest {

    IdentityProviderServer provider;

    @Test
    void readersSeeTheJobsAndNobodyElseDoes() {
        given().get("/jobs")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .body("detail", startsWith("caller unknown"));
        given().header("Authorization", "Bearer " + provider.tokens().expired("rita", "reader"))
                .get("/jobs")
                .then()
                .statusCode(401);
        given().header("Authorization", "Bearer " + provider.tokens().of("rita", "reader"))
                .get("/jobs")
                .then()
                .statusCode(200);
        given().get("/q/health/live").then().statusCode(200);
    }
}
