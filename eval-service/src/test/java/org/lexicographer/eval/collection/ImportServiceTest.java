package org.lexicographer.eval.collection;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.testing.EmbeddedServersResource;

/** A folder of dictionaries of several tools, imported into the service by one command. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class ImportServiceTest {

    @Inject ObjectStore store;

    @TestHTTPResource URI service;

    @TempDir private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void put(String path, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = folder.resolve(path).resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
    }

    private int run(String model) {
        out.reset();
        PrintStream print = new PrintStream(out, true, UTF_8);
        return new ImportCommand(Map.of(), print, print)
                .run(
                        folder.toString(),
                        "--url=" + service,
                        "--run=published",
                        "--language-model=" + model);
    }

    @Test
    void whatFitsIsStoredAndWhatDoesNotIsNamed() throws IOException {
        // Given
        String model = new StoredRun(store, "some-run").storeSpec().spec().languageModel().uri();
        for (String name : new String[] {"standard", "top_k"}) {
            put(
                    "mlp_out_layer1/" + name,
                    ZippedFolder.reference(name)
                            .edited("config.json", "\"layer\": 2", "\"layer\": 1")
                            .files());
        }
        Path tools = Path.of("../dictionary/src/test/resources/tools");
        put(
                "gemma-scope-2b-pt-res/layer_1/width_24",
                Map.of("params.npz", Files.readAllBytes(tools.resolve("gemma_scope/params.npz"))));

        // When
        int first = run(model);
        String imported = out.toString(UTF_8);
        int second = run(model);

        // Then
        String tooNarrow =
                "refused   gemma-scope-2b-pt-res/layer_1/width_24: activation width mismatch: expected=16, found=6";
        assertThat(first).isEqualTo(1);
        assertThat(imported.lines())
                .hasSize(3)
                .anyMatch(it -> it.startsWith(tooNarrow))
                .contains(
                        "imported  published/layers.1.mlp.out/standard  from mlp_out_layer1/standard",
                        "imported  published/layers.1.mlp.out/top-k  from mlp_out_layer1/top_k");
        given().get("/dictionaries?run=published")
                .then()
                .body(
                        "dictionary",
                        containsInAnyOrder(
                                "published/layers.1.mlp.out/standard",
                                "published/layers.1.mlp.out/top-k"));
        given().get("/dictionaries/published/layers.1.mlp.out/top-k")
                .then()
                .body("config.architecture", equalTo("topK"));
        assertThat(second).isEqualTo(1);
        assertThat(out.toString(UTF_8).lines())
                .hasSize(3)
                .anyMatch(it -> it.startsWith(tooNarrow))
                .filteredOn(it -> it.startsWith("skipped"))
                .hasSize(2);
    }
}
