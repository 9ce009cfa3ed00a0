package org.lexicographer.eval.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.saelens.SaeLensSparsity;
import org.lexicographer.eval.exchange.ZippedFolder;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.runstore.NameClaims;
import org.lexicographer.runstore.NameClaims.Kind;
import org.lexicographer.testing.EmbeddedServersResource;

/** Dictionaries of other tools over REST, in and out. */
@QuarkusTest
@WithTestResource(
        value = EmbeddedServersResource.class,
        initArgs = {
            @ResourceArg(name = "eval.held-out-check", value = "200ms"),
            @ResourceArg(name = "eval.retry-pause", value = "200ms"),
            @ResourceArg(name = "eval.max-contexts", value = "64"),
            @ResourceArg(name = "eval.model-folder", value = "{folder}/models")
        })
class ExchangeServiceTest {

    private static final String SITE = "layers.1.mlp.out";
    private static final int ROWS = 40;
    private static final Path TROUBLE = Path.of("../dictionary/src/test/resources/trouble");

    @Inject ObjectStore store;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private String model;

    @BeforeEach
    void storeModel() {
        model = new StoredRun(store, "some-run").storeSpec().spec().languageModel().uri();
    }

    /** The references were trained at a layer that the tiny model does not have. */
    private static ZippedFolder reference(String name) {
        return ZippedFolder.reference(name).edited("config.json", "\"layer\": 2", "\"layer\": 1");
    }

    private static Response upload(String dictionary, ZippedFolder folder, Map<String, ?> query) {
        return given().contentType("application/zip")
                .queryParams(query)
                .body(folder.zip())
                .post("/dictionaries/" + dictionary + "/import");
    }

    private ValidatableResponse imported(String dictionary, ZippedFolder folder) {
        return upload(dictionary, folder, Map.of("languageModel", model)).then().statusCode(201);
    }

    private static Response download(String dictionary, String format) {
        return given().get("/dictionaries/%s/export?format=%s".formatted(dictionary, format));
    }

    @ParameterizedTest
    @CsvSource({
        "standard, sparsify has top-k alone",
        "standard_april_update, sparsify has top-k alone",
        "p_anneal, sparsify has top-k alone",
        "gated, sparsify has top-k alone",
        "gated_anneal, sparsify has top-k alone",
        "batch_top_k, sparsify has top-k alone",
        "jump_relu, sparsify has top-k alone",
        "matryoshka_batch_top_k, sparsify has top-k alone",
        "top_k,"
    })
    void computesTheSameInEveryFormat(String reference, String sparsifyRefuses) {
        // Given
        ZippedFolder folder = reference(reference);
        String dictionary = "formats/%s/%s".formatted(SITE, reference.replace('_', '-'));

        // When
        imported(dictionary, folder);

        // Then
        for (FolderFormat format :
                EnumSet.range(FolderFormat.LEXICOGRAPHER, FolderFormat.SPARSIFY)) {
            Response exported = download(dictionary, format.text());
            if (format == FolderFormat.SPARSIFY && sparsifyRefuses != null) {
                exported.then().statusCode(422).body("detail", containsString(sparsifyRefuses));
            } else {
                exported.then().statusCode(200).contentType("application/zip");
                assertSame(folder, ZippedFolder.of(exported.asByteArray()), format);
            }
        }
    }

    private static void assertSame(ZippedFolder before, ZippedFolder after, FolderFormat format) {
        try (NDManager manager = NDManager.newBaseManager();
                LoadedDictionary expected =
                        FolderFormat.DICTIONARY_LEARNING.read(manager, before.content());
                LoadedDictionary found = format.read(manager, after.content())) {
            NDArray activations = activations(manager, expected.dictionary()); // (N, D)
            assertThat(found.dictionary().encode(activations))
                    .as(format.text())
                    .isEqualTo(expected.dictionary().encode(activations));
            assertThat(found.dictionary().reconstruct(activations))
                    .as(format.text())
                    .isEqualTo(expected.dictionary().reconstruct(activations));
        }
    }

    private static NDArray activations(NDManager manager, Dictionary dictionary) {
        Random random = new Random(5);
        float[] values = new float[ROWS * dictionary.inputDim()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(ROWS, dictionary.inputDim())); // (N, D)
    }

    @Test
    void saysAgainWhatTheToolSaidAndWhereItCameFrom() {
        // Given
        String dictionary = "said/%s/standard".formatted(SITE);
        imported(dictionary, reference("standard"))
                .body("config.imported.format", equalTo("dictionary_learning"))
                .body("config.imported.languageModel", equalTo(model))
                .body("config.imported.contextLength", equalTo(32)) // all that the model takes
                .header("Location", containsString("/dictionaries/" + dictionary));

        // When
        Response exported = download(dictionary, "dictionary_learning");

        // Then
        exported.then()
                .header("Content-Length", Integer.toString(exported.asByteArray().length))
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"said-%s-standard-step-0-dictionary_learning.zip\""
                                .formatted(SITE));
        var config = Json.tree(ZippedFolder.of(exported.asByteArray()).files().get("config.json"));
        var before = Json.tree(reference("standard").files().get("config.json"));
        assertThat(config.at("/trainer")).isEqualTo(before.at("/trainer"));
        assertThat(config.at("/buffer/ctx_len").asInt()).isEqualTo(128);
    }

    @Test
    void isListedAndEvaluatedOnTextWithoutARun() {
        // Given
        String dictionary = "elsewhere/%s/top-k".formatted(SITE);
        Map<String, ?> query = Map.of("languageModel", model, "contextLength", 16);

        // When
        upload(dictionary, reference("top_k"), query).then().statusCode(201);
        Response evaluated =
                given().contentType("application/json")
                        .body(Json.write(Map.of("text", "a b ".repeat(20), "name", "mine")))
                        .post("/dictionaries/%s/evaluations".formatted(dictionary));

        // Then
        evaluated
                .then()
                .statusCode(201)
                .body("contexts", equalTo(2))
                .body("final", equalTo(true))
                .body("metrics.id", hasItem("loss_recovered"));
        given().get("/dictionaries?run=elsewhere").then().body("dictionary", contains(dictionary));
        given().get("/runs/elsewhere/evaluations").then().statusCode(200);
    }

    @Test
    void isEvaluatedBesideTheOthersOfARun() {
        // Given
        new StoredRun(store, "beside").storeSpec().storeHeldOut(6).completeHeldOut(6);
        String dictionary = "beside/%s/gated".formatted(SITE);

        // When
        upload(dictionary, reference("gated"), Map.of()).then().statusCode(201);

        // Then
        TopicRecords topics = new TopicRecords(bootstrapServers);
        byte[] announced =
                topics.await(Topics.DICTIONARIES, r -> r.key().equals(dictionary)).value();
        assertThat(Json.read(announced, DictionaryCheckpoint.class).isFinal()).isTrue();
        topics.await(Topics.EVALUATIONS, r -> r.key().equals(dictionary + "/0/held-out"));
        given().get("/runs/beside/evaluations").then().body("recipe", contains("gated"));
    }

    @Test
    void takesAFolderAsItWasReleased() {
        // Given
        String folder = "mlp_out_layer1/10_32768/";
        byte[] config = {'{', '"', 't', 'r', 'a', 'i', 'n', 'e', 'r', '"', ':', '{', '}', '}'};
        ZippedFolder released =
                ZippedFolder.reference("cuda")
                        .with("config.json", config)
                        .with("checkpoints/ae_1000.pt", new byte[10])
                        .within(folder);

        // When
        imported("released/%s/ten".formatted(SITE), released)
                .body("config.architecture", equalTo("standard"))
                .body("config.dictionarySize", equalTo(64));

        // Then
        Response exported = download("released/%s/ten".formatted(SITE), "saelens");
        assertSame(
                ZippedFolder.reference("cuda"),
                ZippedFolder.of(exported.asByteArray()),
                FolderFormat.SAE_LENS);
    }

    @Test
    void keepsLineageAndSparsityFromOneInstallationToTheNext() throws IOException {
        // Given
        byte[] sparsity = SaeLensSparsity.write(new double[32]);
        ZippedFolder exported;
        try (NDManager manager = NDManager.newBaseManager()) {
            new StoredRun(store, "origin")
                    .storeSpec()
                    .savedWithLineage("plain", StoredRun.random(manager, true), 12.5);
            exported =
                    ZippedFolder.of(
                            download("origin/layers.0.mlp.out/plain", "saelens").asByteArray());
        }

        // When
        upload(
                        "copy/layers.0.mlp.out/plain",
                        exported.with("sparsity.safetensors", sparsity),
                        Map.of())
                .then()
                .statusCode(201)
                .body("config.lineage.run", equalTo("origin"))
                .body("config.lineage.datasetShards", hasSize(1))
                .body("config.normalization.input", equalTo(12.5f))
                .body("config.imported.languageModel", equalTo(model))
                .body("checkpoints[0].step", equalTo(StoredRun.STEPS));

        // Then
        for (String format : new String[] {"saelens", "saelens-v5"}) {
            byte[] zip = download("copy/layers.0.mlp.out/plain", format).asByteArray();
            assertThat(ZippedFolder.of(zip).files())
                    .containsEntry("sparsity.safetensors", sparsity);
        }
    }

    @Test
    void refusesANameThatIsTaken() {
        // Given
        String dictionary = "taken/%s/standard".formatted(SITE);
        imported(dictionary, reference("standard"));
        new StoredRun(store, "training").storeSpec();

        // When
        Response again = upload(dictionary, reference("top_k"), Map.of("languageModel", model));
        Response trained =
                upload("training/layers.0.mlp.out/standard", reference("top_k"), Map.of());

        // Then
        again.then()
                .statusCode(409)
                .body("detail", equalTo("dictionary exists: dictionary=" + dictionary));
        trained.then()
                .statusCode(409)
                .body("detail", containsString("dictionary is trained by the run"));
    }

    @Test
    void givesANameToARunOrToImports() {
        // Given
        NameClaims names = new NameClaims(store);
        imported("given/%s/a".formatted(SITE), reference("standard"));
        names.claim("run-to-be", Kind.RUN);

        // When
        Response ofARun =
                upload(
                        "run-to-be/%s/a".formatted(SITE),
                        reference("standard"),
                        Map.of("languageModel", model));

        // Then
        ofARun.then().statusCode(409);
        assertThat(ofARun.asString()).contains("name is that of a run: run=run-to-be");
        assertThat(names.claim("given", Kind.RUN)).isEqualTo(Kind.IMPORT);
        imported("given/%s/b".formatted(SITE), reference("standard"));
    }

    @ParameterizedTest
    @CsvSource({
        "saelens/hook-q, 422, attn.hook_q",
        "saelens/mlp-hook-post, 422, 'found=layers.1.mlp.hidden in the files'",
        "saelens/ln2-normalized, 422, ln2.hook_normalized",
        "saelens/head-index, 422, hook_point_head_index=3",
        "zip/cut-directory, 422, zip not readable",
        // The model of these tests is 16 wide: what is read says so.
        "zip/stored, 422, 'activation width mismatch: expected=16, found=32'",
        "zip/streamed-stored, 422, 'activation width mismatch: expected=16, found=32'",
        "zip/windows-backslash, 422, 'activation width mismatch: expected=16, found=32'",
        "torch/parameters, 422, 'activation width mismatch: expected=16, found=32'",
        "torch/expanded-bias, 422, 'activation width mismatch: expected=16, found=32'",
        "torch/extra-tensor, 422, 'activation width mismatch: expected=16, found=32'"
    })
    void readsOrRefusesWhatPeopleHadTroubleWith(String name, int status, String reason)
            throws IOException {
        byte[] zip = Files.readAllBytes(TROUBLE.resolve(name + ".zip"));

        Response response =
                given().contentType("application/zip")
                        .queryParam("languageModel", model)
                        .body(zip)
                        .post("/dictionaries/trouble/%s/a/import".formatted(SITE));

        assertThat(response.asString()).contains(reason);
        response.then().statusCode(status);
        assertThat(store.list("dictionaries/trouble/")).isEmpty();
    }

    @Test
    void answersARefusalWhileALargeUploadIsStillComing() {
        // Given
        String dictionary = "large/%s/standard".formatted(SITE);
        imported(dictionary, reference("standard"));
        byte[] noise = new byte[30 << 20];
        new Random(1).nextBytes(noise);

        // When
        Response again = upload(dictionary, reference("standard").with("noise", noise), Map.of());

        // Then
        again.then().statusCode(409);
        given().get("/dictionaries/" + dictionary).then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"onnx", ""})
    void namesTheFormatsThereAre(String format) {
        imported("unknown/%s/s%s".formatted(SITE, format), reference("standard"));

        download("unknown/%s/s%s".formatted(SITE, format), format)
                .then()
                .statusCode(400)
                .body(
                        "errors[0].message",
                        containsString(
                                "lexicographer|dictionary_learning|saelens|saelens-v5|sparsify"));
        download("unknown/%s/nobody".formatted(SITE), "saelens").then().statusCode(404);
        given().get(
                        "/dictionaries/unknown/%s/s%s/export?format=saelens&step=9"
                                .formatted(SITE, format))
                .then()
                .statusCode(404)
                .body("detail", containsString("saved=[0]"));
    }

    @Test
    void storesNothingOfWhatItRefuses() {
        ZippedFolder standard = reference("standard");
        Map<String, ?> query = Map.of("languageModel", model);
        assertRefused(standard, Map.of(), 400, "there is no such run");
        assertRefused(standard, Map.of("languageModel", "nowhere"), 400, "not an address");
        assertRefused(standard, Map.of("languageModel", "file:/etc/"), 422, "not allowed");
        assertRefused(
                standard,
                Map.of("languageModel", "s3://%s/none/".formatted(store.bucket())),
                422,
                "no such language model");
        assertRefused(
                standard,
                Map.of("languageModel", model, "contextLength", 33),
                400,
                "longer than the model's contexts: expected=at most 32, found=33");
        assertRefused(
                standard,
                Map.of("languageModel", model, "format", "sparsify"),
                422,
                "file missing");
        assertRefused(ZippedFolder.reference("standard"), query, 422, "site mismatch");
        assertRefused(standard.with("ae.pt", new byte[99]), query, 422, "not a zip");
        assertRefused(
                standard.edited("config.json", "\"activation_dim\": 16", "\"activation_dim\": 8"),
                query,
                422,
                "size mismatch");
        assertRefused(standard.with("../ae.pt", new byte[1]), query, 422, "leads out of");
        given().get("/dictionaries?run=refused").then().body("$", hasSize(0));
        assertThat(store.list("dictionaries/refused/")).isEmpty();
    }

    private static void assertRefused(
            ZippedFolder folder, Map<String, ?> query, int status, String reason) {
        Response response = upload("refused/%s/standard".formatted(SITE), folder, query);
        assertThat(response.asString()).contains(reason);
        response.then().statusCode(status);
    }

    @Test
    void refusesWeightsThatAreNoNumbersOrDoNotFitTheModel() {
        // Given
        new StoredRun(store, "misfit").storeSpec();
        byte[] exported;
        try (NDManager manager = NDManager.newBaseManager()) {
            new StoredRun(store, "finite")
                    .storeSpec()
                    .savedWithLineage("plain", StoredRun.random(manager, true), 12.5);
            exported = download("finite/layers.0.mlp.out/plain", "saelens").asByteArray();
        }
        ZippedFolder finite = ZippedFolder.of(exported);
        byte[] weights = finite.files().get("sae_weights.safetensors").clone();
        ByteBuffer.wrap(weights).putInt(weights.length - 4, 0x0000c07f); // a NaN, little-endian

        // When
        Response notFinite =
                upload(
                        "misfit/layers.0.mlp.out/nan",
                        finite.with("sae_weights.safetensors", weights),
                        Map.of());
        Response endless =
                upload(
                        "misfit/layers.0.mlp.out/endless",
                        finite.edited(
                                "cfg.json", "\"steps\" : 10", "\"steps\" : " + Long.MAX_VALUE),
                        Map.of());
        Response noSuchLayer =
                upload("misfit/layers.2.mlp.out/deep", ZippedFolder.reference("top_k"), Map.of());
        Response otherModel =
                upload(
                        "misfit/layers.0.mlp.out/other",
                        finite,
                        Map.of("languageModel", "s3://other/model/", "contextLength", 8));

        // Then
        notFinite.then().statusCode(422).body("detail", containsString("weight not finite"));
        endless.then().statusCode(422).body("detail", containsString("steps out of range"));
        noSuchLayer.then().statusCode(422);
        otherModel
                .then()
                .statusCode(400)
                .body("errors.field", contains("languageModel", "contextLength"));
        given().get("/dictionaries?run=misfit").then().body("$", hasSize(0));
    }

    @Test
    void isDescribed() {
        assertThat(given().get("/openapi").asString())
                .contains("/dictionaries/{run}/{site}/{recipe}/export")
                .contains("/dictionaries/{run}/{site}/{recipe}/import")
                .contains("application/zip");
    }
}
