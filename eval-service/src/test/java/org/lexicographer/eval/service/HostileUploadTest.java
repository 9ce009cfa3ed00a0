package org.lexicographer.eval.service;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.testing.EmbeddedServersResource;

/** Uploads beyond what a parser takes: each is refused at once, and nothing of it is stored. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class HostileUploadTest {

    @Inject ObjectStore store;

    static Stream<Arguments> configs() {
        return Stream.of(
                config(
                        "1001 brackets",
                        "{\"a\": %s%s}".formatted("[".repeat(1001), "]".repeat(1001))),
                config("a number of 1001 digits", "{\"a\": %s}".formatted("7".repeat(1001))),
                config("a very long key", "{\"%s\": 1}".formatted("k".repeat(60_000))),
                config("cut off", "{\"trainer\": {\"dict_class\": "),
                config("no object", "[1, 2]"),
                config("a number beyond any", "{\"trainer\": {\"dict_size\": 1e999}}"),
                config("nothing", ""),
                Arguments.of("zeros", new byte[64]),
                Arguments.of("UTF-16 of something else", "trainer".getBytes(UTF_16)));
    }

    private static Arguments config(String name, String json) {
        return Arguments.of(name, json.getBytes(UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("configs")
    void aConfigBeyondAParserIsRefused(String name, byte[] config) {
        new StoredRun(store, "hostile").storeSpec();

        given().contentType("application/zip")
                .body(ZippedFolder.reference("standard").with("config.json", config).zip())
                .post("/dictionaries/hostile/layers.1.mlp.out/x/import")
                .then()
                .statusCode(422)
                .body("detail", anyOf(containsString("config.json"), containsString("dict_size")));
        assertThat(store.list("dictionaries/hostile/")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("org.lexicographer.testing.HostileAddresses#folders")
    void aLanguageModelThatLeadsElsewhereIsRefused(String uri) {
        given().contentType("application/zip")
                .queryParam("languageModel", uri)
                .body(ZippedFolder.reference("standard").zip())
                .post("/dictionaries/hostile-model/layers.1.mlp.out/x/import")
                .then()
                .statusCode(anyOf(is(400), is(422)))
                .contentType("application/problem+json");
        assertThat(store.list("dictionaries/hostile-model/")).isEmpty();
    }
}
