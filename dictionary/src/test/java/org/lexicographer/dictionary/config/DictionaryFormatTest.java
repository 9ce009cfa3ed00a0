package org.lexicographer.dictionary.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.architecture.ZeroDictionary;
import org.lexicographer.dictionary.config.Lineage.Stopped;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

class DictionaryFormatTest {

    private static final Site MLP_IN = Site.parse("layers.3.mlp.in");
    private static final Site MLP_OUT = Site.parse("layers.3.mlp.out");

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void writesTheGoldenConfig() throws IOException {
        assertThat(Json.tree(DictionaryFormat.config(goldenConfig())))
                .isEqualTo(Json.tree(resource("config.json")));
    }

    @Test
    void readsTheGoldenConfig() throws IOException {
        assertThat(DictionaryFormat.readConfig(resource("config.json"))).isEqualTo(goldenConfig());
    }

    @Test
    void writesTheGoldenWeights() throws IOException {
        assertThat(weights(dictionary())).isEqualTo(goldenWeights());
    }

    @Test
    void readsTheGoldenDictionary() throws IOException {
        // When
        Dictionary read = DictionaryFormat.read(manager, resource("config.json"), goldenWeights());

        // Then
        NDArray activations = manager.create(new float[] {1, -2}, new Shape(1, 2)); // (N, D)
        assertThat(read).isInstanceOf(StandardDictionary.class);
        assertThat(read.encode(activations)).isEqualTo(dictionary().encode(activations));
        assertThat(read.reconstruct(activations)).isEqualTo(dictionary().reconstruct(activations));
    }

    @Test
    void readsFromAFolderWhatItWroteThere(@TempDir Path folder) throws IOException {
        // When
        DictionaryFormat.write(folder, dictionary(), goldenConfig());

        // Then
        try (Dictionary read = DictionaryFormat.read(manager, folder)) {
            assertThat(weights(read)).isEqualTo(goldenWeights());
        }
    }

    @Test
    void keepsTheOracles() throws IOException {
        assertThat(roundTrip(new IdentityDictionary(5))).isEqualTo(new IdentityDictionary(5));
        assertThat(roundTrip(new ZeroDictionary(5, 6, 7))).isEqualTo(new ZeroDictionary(5, 6, 7));
    }

    private Dictionary roundTrip(Dictionary dictionary) throws IOException {
        DictionaryConfig config =
                DictionaryConfig.of(
                        dictionary, MLP_OUT, MLP_OUT, Optional.empty(), Optional.empty());
        return DictionaryFormat.read(manager, DictionaryFormat.config(config), weights(dictionary));
    }

    @Test
    void keepsHowTrainingWasSetUpAndWhyItStopped() {
        // Given
        JsonNode training = Json.tree("{\"batchSize\":64}".getBytes(StandardCharsets.UTF_8));
        Lineage written =
                Lineages.of("standard", Optional.of(training))
                        .stoppedBy(new Stopped(Stopped.Reason.DIVERGED, 980, "loss=NaN"));
        DictionaryConfig config =
                DictionaryConfig.of(
                        dictionary(), MLP_IN, MLP_OUT, Optional.empty(), Optional.of(written));

        // When
        DictionaryConfig read = DictionaryFormat.readConfig(DictionaryFormat.config(config));

        // Then
        assertThat(read).isEqualTo(config);
        assertThat(read.lineage().orElseThrow().training()).contains(training);
        assertThat(read.lineage().orElseThrow().stopped().orElseThrow().step()).isEqualTo(980);
    }

    @Test
    void namesAReasonToStopThatItDoesNotKnow() {
        assertThatThrownBy(
                        () ->
                                readChanged(
                                        config ->
                                                config.withObject("/lineage/stopped")
                                                        .put("reason", "tired")
                                                        .put("step", 1)
                                                        .put("message", "")))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(
                        "unknown value: expected=diverged|earlyStop|failed, found=tired");
    }

    @Test
    void rejectsAnUnknownVersion() {
        assertThatThrownBy(() -> readChanged(config -> config.put("formatVersion", 2)))
                .isInstanceOf(DictionaryException.class)
                .hasMessage("unknown version of the dictionary format: expected=1, found=2");
    }

    @Test
    void namesEveryWrongFieldAtOnce() {
        assertThatThrownBy(
                        () ->
                                readChanged(
                                        config ->
                                                config.put("architecture", "round")
                                                        .put("inputDim", 0)
                                                        .put("site", "layers.x")
                                                        .put("colour", "red")))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("architecture: unknown value: expected=standard|")
                .hasMessageContaining("inputDim: out of range")
                .hasMessageContaining("site: unknown site")
                .hasMessageContaining("colour: unknown field");
    }

    @Test
    void rejectsAConfigThatIsNotJson() {
        assertThatThrownBy(() -> DictionaryFormat.readConfig("{".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("dictionary config not valid");
    }

    @Test
    void rejectsWeightsOfAnotherShapeThanTheConfigSays() {
        assertThatThrownBy(() -> readChanged(config -> config.put("dictionarySize", 4)))
                .isInstanceOf(DictionaryException.class)
                .hasMessage("tensor mismatch: expected=F32 [2, 4], found=F32 [2, 3], tensor=W_enc");
    }

    @Test
    void readsWholeNumbersThatAreWrittenWithAPoint() throws IOException {
        String json =
                new String(resource("config.json"), StandardCharsets.UTF_8)
                        .replace("\"dictionarySize\" : 3", "\"dictionarySize\" : 3.0")
                        .replace("\"formatVersion\" : 1", "\"formatVersion\" : 1.0")
                        .replace("1000000", "1e6");

        assertThat(DictionaryFormat.readConfig(json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(goldenConfig());
    }

    @Test
    void rejectsWeightsThatAreNotFinite() {
        StandardDictionary dictionary = dictionary();
        dictionary.decoderBias().set(new float[] {0, Float.NaN});

        assertThatThrownBy(
                        () ->
                                DictionaryFormat.read(
                                        manager, resource("config.json"), weights(dictionary)))
                .isInstanceOf(DictionaryException.class)
                .hasMessage("weight not finite: tensor=b_dec, at=[1], found=NaN");
    }

    @Test
    void rejectsMissingTensors() {
        assertThatThrownBy(
                        () ->
                                DictionaryFormat.read(
                                        manager,
                                        resource("config.json"),
                                        weights(new ZeroDictionary(2, 2, 3))))
                .isInstanceOf(DictionaryException.class)
                .hasMessage(
                        "tensor names mismatch: expected=[W_dec, W_enc, b_dec, b_enc], found=[]");
    }

    @Test
    void rejectsBytesThatAreNoSafetensors() {
        assertThatThrownBy(
                        () ->
                                DictionaryFormat.read(
                                        manager, resource("config.json"), new byte[] {1, 2, 3}))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("dictionary weights not valid");
    }

    private void readChanged(Consumer<ObjectNode> change) throws IOException {
        JsonNode config = Json.tree(resource("config.json"));
        change.accept((ObjectNode) config);
        DictionaryFormat.read(manager, Json.write(config), goldenWeights());
    }

    private static DictionaryConfig goldenConfig() {
        return new DictionaryConfig(
                1,
                Architecture.STANDARD,
                2,
                2,
                3,
                DictionaryConfig.FLOAT32,
                true,
                Optional.empty(),
                MLP_IN,
                MLP_OUT,
                Optional.of(new Normalization(12.5, 12.5)),
                Optional.of(Lineages.of("standard")),
                Optional.empty());
    }

    private StandardDictionary dictionary() {
        return new StandardDictionary(
                manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)), // (D, F)
                manager.create(new float[] {0.5f, -0.5f, 0.25f}), // (F)
                manager.create(new float[] {1, 0, 0, 1, 0.6f, 0.8f}, new Shape(3, 2)), // (F, D)
                manager.create(new float[] {-1, 1}), // (D)
                true);
    }

    private static byte[] weights(Dictionary dictionary) throws IOException {
        SafetensorsWriter writer = DictionaryFormat.weights(dictionary);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.writeTo(bytes);
        return bytes.toByteArray();
    }

    private static byte[] goldenWeights() throws IOException {
        String hex = new String(resource("dictionary.safetensors.hex"), StandardCharsets.US_ASCII);
        return HexFormat.of().parseHex(hex.strip());
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = DictionaryFormatTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        }
    }
}
