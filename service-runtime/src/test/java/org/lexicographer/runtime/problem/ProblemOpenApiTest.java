package org.lexicographer.runtime.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.Json;

class ProblemOpenApiTest {

    private static OpenAPI described() {
        PathItem path =
                OASFactory.createPathItem()
                        .GET(
                                OASFactory.createOperation()
                                        .responses(
                                                OASFactory.createAPIResponses()
                                                        .addAPIResponse(
                                                                "404",
                                                                OASFactory.createAPIResponse())
                                                        .addAPIResponse(
                                                                "200",
                                                                OASFactory.createAPIResponse())))
                        .DELETE(OASFactory.createOperation());
        OpenAPI description =
                OASFactory.createOpenAPI()
                        .paths(OASFactory.createPaths().addPathItem("/runs", path));
        new ProblemOpenApi().filterOpenAPI(description);
        return description;
    }

    private static String schemaOf(APIResponses responses, String status) {
        return responses
                .getAPIResponse(status)
                .getContent()
                .getMediaType(Problem.MEDIA_TYPE)
                .getSchema()
                .getRef();
    }

    @Test
    void everyErrorOfEveryOperationIsAProblem() {
        PathItem path = described().getPaths().getPathItem("/runs");

        path.getOperations()
                .values()
                .forEach(
                        operation -> {
                            APIResponses responses = operation.getResponses();
                            assertThat(schemaOf(responses, "4XX")).endsWith("/Problem");
                            assertThat(schemaOf(responses, "503")).endsWith("/Problem");
                            assertThat(responses.getAPIResponse("503").getHeaders())
                                    .containsKey("Retry-After");
                        });
        assertThat(schemaOf(path.getGET().getResponses(), "404")).endsWith("/Problem");
        assertThat(path.getGET().getResponses().getAPIResponse("200").getContent()).isNull();
    }

    @Test
    void theSchemasAreThoseOfTheAnswers() {
        // Given
        FieldError error = FieldError.of("training.steps", "out of range", "at least 1", 0);
        JsonNode problem = Json.toTree(Problem.of(400, List.of(error)).at("/runs"));

        // Then
        assertFields("Problem", problem);
        assertFields("FieldError", problem.path("errors").get(0));
    }

    private static void assertFields(String name, JsonNode answer) {
        Schema schema = described().getComponents().getSchemas().get(name);
        assertThat(schema.getProperties().keySet())
                .containsExactlyElementsOf(
                        answer.properties().stream().map(f -> f.getKey()).toList());
    }

    @Test
    void aWrongFieldHasItsRuleAndWhatWasExpectedAndFound() {
        // Given
        FieldError error = FieldError.of("training.steps", "out of range", "at least 1", 0);

        // Then
        assertThat(Problem.of(400, List.of(error)).json())
                .contains(
                        "\"errors\":[{\"field\":\"training.steps\",\"rule\":\"out of range\","
                                + "\"expected\":\"at least 1\",\"found\":\"0\","
                                + "\"message\":\"out of range: expected=at least 1, found=0\"}]");
    }
}
