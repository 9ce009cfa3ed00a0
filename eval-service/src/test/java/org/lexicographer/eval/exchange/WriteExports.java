package org.lexicographer.eval.exchange;

import static io.restassured.RestAssured.given;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.testing.EmbeddedServersResource;

/**
 * Sends the reference dictionaries through the REST interface and writes what {@code
 * check_formats.py} of module dictionary reads; run by hand.
 */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class WriteExports {

    private static final int ROWS = 40;
    private static final int DIM = 16;
    private static final Path FOLDER = Path.of(System.getProperty("formats.folder", "."));

    private static final List<String> REFERENCES =
            List.of(
                    "standard",
                    "standard_april_update",
                    "p_anneal",
                    "gated",
                    "gated_anneal",
                    "top_k",
                    "batch_top_k",
                    "jump_relu",
                    "matryoshka_batch_top_k");

    /** A dictionary in the table of a card. */
    private static final Pattern ROW =
            Pattern.compile(
                    "^\\| `(?<folder>[^`]+)` \\| [^|]+ \\| (?<recipe>\\S+) \\|", Pattern.MULTILINE);

    @Inject ObjectStore store;

    @ParameterizedTest
    @EnabledIfSystemProperty(named = "formats.folder", matches = ".+")
    @FieldSource("REFERENCES")
    void writesEachDictionaryInEachFormat(String reference) throws IOException {
        ZippedFolder folder = imported("exports", reference);
        String path = "/dictionaries/exports/layers.1.mlp.out/" + reference.replace('_', '-');
        for (FolderFormat format : FolderFormat.values()) {
            Response exported = given().get(path + "/export?format=" + format.text());
            if (format != FolderFormat.LEXICOGRAPHER && exported.statusCode() == 200) {
                write(reference, format, folder, ZippedFolder.of(exported.asByteArray()));
            }
        }
    }

    private ZippedFolder imported(String run, String reference) {
        String model = new StoredRun(store, "some-run").storeSpec().spec().languageModel().uri();
        ZippedFolder folder =
                ZippedFolder.reference(reference)
                        .edited("config.json", "\"layer\": 2", "\"layer\": 1");
        given().contentType("application/zip")
                .queryParam("languageModel", model)
                .body(folder.zip())
                .post(
                        "/dictionaries/%s/layers.1.mlp.out/%s/import"
                                .formatted(run, reference.replace('_', '-')))
                .then()
                .statusCode(201);
        return folder;
    }

    /** Each dictionary of a published folder, where its tool's users find it. */
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "formats.folder", matches = ".+")
    @EnumSource(names = {"SAE_LENS", "DICTIONARY_LEARNING"})
    void writesAPublishedRun(FolderFormat format) throws IOException {
        String run = "published-" + format.text().replace('_', '-');
        Map<String, ZippedFolder> sent = new TreeMap<>();
        for (String reference : REFERENCES) {
            sent.put(reference.replace('_', '-'), imported(run, reference));
        }
        Response answer = given().get("/runs/%s/publish?format=%s".formatted(run, format.text()));
        answer.then().statusCode(200);
        Path target = FOLDER.resolve(run);
        for (Map.Entry<String, byte[]> file :
                ZippedFolder.of(answer.asByteArray()).files().entrySet()) {
            Files.createDirectories(target.resolve(file.getKey()).getParent());
            Files.write(target.resolve(file.getKey()), file.getValue());
        }
        String loader = format == FolderFormat.SAE_LENS ? format.text() : "load_dictionary";
        Matcher rows = ROW.matcher(Files.readString(target.resolve("README.md")));
        while (rows.find()) {
            Path folder = target.resolve(rows.group("folder"));
            writeExpected(folder, loader, sent.get(rows.group("recipe")));
        }
    }

    private static void write(
            String reference, FolderFormat format, ZippedFolder before, ZippedFolder after)
            throws IOException {
        Path target = FOLDER.resolve("rest-%s-%s".formatted(format.text(), reference));
        Files.createDirectories(target);
        for (Map.Entry<String, byte[]> file : after.files().entrySet()) {
            Files.write(target.resolve(file.getKey()), file.getValue());
        }
        writeExpected(target, format.text(), before);
    }

    private static void writeExpected(Path target, String format, ZippedFolder before)
            throws IOException {
        Files.writeString(target.resolve("format.txt"), format);
        try (OutputStream out = Files.newOutputStream(target.resolve("expected.safetensors"))) {
            expected(before).writeTo(out);
        }
    }

    /** What the dictionary computes as it was before it was sent. */
    private static SafetensorsWriter expected(ZippedFolder folder) {
        Random random = new Random(9);
        float[] x = new float[ROWS * DIM];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        try (NDManager manager = NDManager.newBaseManager();
                LoadedDictionary loaded =
                        FolderFormat.DICTIONARY_LEARNING.read(manager, folder.content())) {
            NDArray activations = manager.create(x, new Shape(ROWS, DIM)); // (N, D)
            NDArray latents = loaded.dictionary().encode(activations); // (N, F)
            NDArray reconstruction = loaded.dictionary().decode(latents); // (N, D)
            SafetensorsWriter writer = new SafetensorsWriter();
            add(writer, "x", activations);
            add(writer, "latents", latents);
            add(writer, "reconstruction", reconstruction);
            return writer;
        }
    }

    private static void add(SafetensorsWriter writer, String name, NDArray array) {
        List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
        writer.addFloats(name, shape, array.toFloatArray());
    }
}
