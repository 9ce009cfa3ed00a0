package org.lexicographer.trainer.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasItems;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.testing.EmbeddedServersResource;

@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {@ResourceArg(name = "trainer.work-folder", value = "{folder}/work")})
class SchemaServiceTest {

    @Test
    void publishesTheSchemaThatSpecsAreReadBy() {
        byte[] schema =
                given().get("/schemas/run-spec")
                        .then()
                        .statusCode(200)
                        .contentType("application/schema+json")
                        .extract()
                        .asByteArray();

        assertThat(schema).isEqualTo(RunSpec.schema().toJson());
    }

    @Test
    void describesARunSpecByItsSchema() {
        JsonNode description = Json.tree(given().get("/openapi?format=json").asByteArray());
        JsonNode schemas = description.path("components").path("schemas");
        JsonNode submitted =
                description
                        .path("paths")
                        .path("/runs")
                        .path("post")
                        .path("requestBody")
                        .path("content")
                        .path("application/json")
                        .path("schema");

        assertThat(submitted.path("$ref").asText()).isEqualTo("#/components/schemas/run-spec");
        assertThat(schemas.at("/run-spec/properties/contextLength/maximum").asLong())
                .isEqualTo(RunSpec.MAX_BLOCK_ROWS);
        assertThat(schemas.at("/run-spec/properties/training/$ref").asText())
                .isEqualTo("#/components/schemas/run-spec.training");
        assertThat(schemas.at("/run-spec.standard/properties/penalty/default").asText())
                .isEqualTo("l1");
        assertThat(schemas.at("/run-spec.standard/properties/seed/$ref").asText())
                .isEqualTo("#/components/schemas/run-spec.basics/properties/seed");
    }

    @Test
    void namesEveryWrongFieldOfASubmittedSpec() {
        given().contentType(ContentType.JSON)
                .body("{\"run\": \"a\", \"contextLength\": \"long\", \"layers\": 6}")
                .post("/runs")
                .then()
                .statusCode(400)
                .body("errors.field", hasItems("contextLength", "training.steps", "layers"));
    }
}
