package org.lexicographer.eval.service.openapi;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Json;
import org.lexicographer.testing.EmbeddedServersResource;

@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class OpenApiTest {

    private final List<Operation> operations = new ArrayList<>();

    /** A path and a method, and what is said of them. */
    private record Operation(String name, JsonNode description) {

        /** What can be sent and what is answered when all is well, by media type. */
        Stream<Entry<String, JsonNode>> contents() {
            Stream<JsonNode> answers =
                    description.path("responses").properties().stream()
                            .filter(answer -> answer.getKey().startsWith("2"))
                            .map(Entry::getValue);
            return Stream.concat(answers, Stream.of(description.path("requestBody")))
                    .flatMap(it -> it.path("content").properties().stream());
        }

        /** What a file is like is said by the parameters that it is asked for with. */
        boolean hasExample() {
            return contents().anyMatch(it -> isShown(it.getValue()))
                    || description.path("parameters").valueStream().anyMatch(Operation::isShown);
        }

        List<String> contentsWithout() {
            return contents()
                    .filter(it -> !it.getKey().endsWith("zip") && !isFile(it.getValue()))
                    .filter(it -> !isShown(it.getValue()))
                    .map(Entry::getKey)
                    .toList();
        }

        private static boolean isFile(JsonNode content) {
            return content.at("/schema/format").asText().equals("binary");
        }

        private static boolean isShown(JsonNode described) {
            return described.has("example") || !described.path("examples").isEmpty();
        }
    }

    @BeforeEach
    void readDescription() {
        byte[] json = given().get("/openapi?format=json").asByteArray();
        Json.tree(json)
                .get("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                method ->
                                                        operations.add(
                                                                new Operation(
                                                                        method.getKey()
                                                                                + " "
                                                                                + path.getKey(),
                                                                        method.getValue()))));
    }

    @Test
    void everyOperationHasAnExample() {
        assertThat(operations)
                .extracting(Operation::name)
                .contains(
                        "get /runs/{run}/publish",
                        "get /dictionaries/{run}/{site}/{recipe}/latents/export");
        assertThat(operations.stream().filter(it -> !it.hasExample()).map(Operation::name))
                .isEmpty();
    }

    @Test
    void everyTextThatIsSentOrAnsweredIsShown() {
        assertThat(operations)
                .allSatisfy(it -> assertThat(it.contentsWithout()).as(it.name()).isEmpty());
    }
}
