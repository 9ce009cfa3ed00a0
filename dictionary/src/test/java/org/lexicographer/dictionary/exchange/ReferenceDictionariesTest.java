package org.lexicographer.dictionary.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;

/** Dictionaries that dictionary_learning trained and saved compute here what they compute there. */
class ReferenceDictionariesTest {

    /** Float32 sums of 16 or 64 products of size 1, in another order. */
    private static final float ROUNDING = 1e-5f;

    private static final int DIM = 16;
    private static final int SIZE = 64;
    private static final int ROWS = 64;

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @ParameterizedTest
    @CsvSource({
        "standard, STANDARD",
        "standard_april_update, STANDARD",
        "p_anneal, STANDARD",
        "gated, GATED",
        "gated_anneal, GATED",
        "top_k, TOP_K",
        "batch_top_k, BATCH_TOP_K",
        "jump_relu, JUMP_RELU",
        "matryoshka_batch_top_k, MATRYOSHKA_BATCH_TOP_K"
    })
    void computesWhatTheToolComputes(String name, Architecture architecture) throws Exception {
        try (LoadedDictionary loaded = Dictionaries.load(folder(name), manager);
                SafetensorsFile expected =
                        SafetensorsFile.open(folder(name).resolve("inference.safetensors"))) {
            // When
            NDArray activations = array(expected.floats("x"), DIM); // (N, D)
            NDArray latents = loaded.dictionary().encode(activations.get(":64")); // (N, F)
            NDArray reconstruction = loaded.dictionary().decode(latents); // (N, D)

            // Then
            assertThat(loaded.dictionary().architecture()).isEqualTo(architecture);
            assertThat(latents.getShape()).isEqualTo(new Shape(ROWS, SIZE));
            assertClose(latents, expected.floats("features"));
            assertClose(reconstruction, expected.floats("reconstruction"));
        }
    }

    private NDArray array(float[] values, int width) {
        return manager.create(values, new Shape(values.length / width, width)); // (N, width)
    }

    private static void assertClose(NDArray found, float[] expected) {
        assertThat(found.toFloatArray())
                .usingComparatorWithPrecision(ROUNDING)
                .containsExactly(expected);
    }

    @Test
    void readsTheSiteFromTheConfig() throws Exception {
        try (LoadedDictionary loaded = Dictionaries.load(folder("standard"), manager)) {
            assertThat(loaded.placement().reads().site()).contains(Site.parse("layers.2.mlp.out"));
            assertThat(loaded.config().reconstructs()).isEqualTo(Site.parse("layers.2.mlp.out"));
        }
    }

    @Test
    void saysThatTheSiteIsUnknownWhereNothingNamesIt() throws Exception {
        try (LoadedDictionary loaded = Dictionaries.load(folder("gated_anneal"), manager)) {
            assertThat(loaded.placement().reads().site()).isEqualTo(Optional.empty());
            assertThatThrownBy(loaded::config)
                    .isInstanceOf(DictionaryException.class)
                    .hasMessageContaining("site unknown");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"post_2023", "post_2023_entropy", "post_2023_mlp_stretcher"})
    void tellsTheClassFromTheTensorsWhereThereIsNoConfig(String name) throws Exception {
        try (LoadedDictionary loaded = Dictionaries.load(folder(name), manager)) {
            assertThat(loaded.dictionary()).isInstanceOf(StandardDictionary.class);
            assertThat(((StandardDictionary) loaded.dictionary()).subtractDecoderBias()).isTrue();
        }
    }

    /** As released files are: {@code src/test/python/make_cuda_file.py} made it. */
    @Test
    void readsWeightsThatLayOnAGpu() throws Exception {
        byte[] file = Files.readAllBytes(folder("cuda").resolve("ae.pt"));
        assertThat(new String(file, StandardCharsets.ISO_8859_1)).contains("cuda:0");

        try (LoadedDictionary gpu = Dictionaries.load(folder("cuda"), manager);
                LoadedDictionary cpu = Dictionaries.load(folder("post_2023"), manager)) {
            assertThat(DictionaryWeights.of(gpu.dictionary()))
                    .usingRecursiveComparison()
                    .isEqualTo(DictionaryWeights.of(cpu.dictionary()));
        }
    }

    @Test
    void doesNotGuessBetweenClassesOfTheSameTensors(@TempDir Path folder) throws Exception {
        Files.copy(folder("top_k").resolve("ae.pt"), folder.resolve("ae.pt"));

        assertThatThrownBy(() -> Dictionaries.load(folder, manager))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("possible=[AutoEncoderTopK, BatchTopKSAE]");
    }

    @Test
    void saysWhichFolderItDoesNotRecognise(@TempDir Path folder) {
        assertThatThrownBy(() -> Dictionaries.load(folder, manager))
                .isInstanceOf(DictionaryException.class)
                .hasMessage("no dictionary recognised: folder=" + folder);
    }

    static Path folder(String name) throws IOException {
        try {
            URI config =
                    ReferenceDictionariesTest.class
                            .getResource("/reference/" + name + "/ae.pt")
                            .toURI();
            return Path.of(config).getParent();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
