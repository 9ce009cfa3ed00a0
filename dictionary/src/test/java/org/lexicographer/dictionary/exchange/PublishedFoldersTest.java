package org.lexicographer.dictionary.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.RandomDictionaries;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.pipeline.Site;

/**
 * Where published dictionaries belong, and which of them are refused. That they compute what their
 * tools compute is in {@link ToolFoldersTest}.
 */
class PublishedFoldersTest {

    private static final Site RESID_POST = Site.parse("layers.3.resid.post");

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private LoadedDictionary read(FolderFormat format, String path, Map<String, String> changed)
            throws IOException {
        String tool =
                switch (format) {
                    case GEMMA_SCOPE -> "gemma_scope";
                    case GEMMA_SCOPE_2 -> "gemma_scope_2";
                    default -> "llama_scope_jumprelu";
                };
        Map<String, ByteBuffer> files = new HashMap<>();
        for (String name : format.files()) {
            files.put(name, ByteBuffer.wrap(Files.readAllBytes(folder(tool).resolve(name))));
        }
        format.configFile()
                .ifPresent(name -> files.computeIfPresent(name, (_, it) -> edited(it, changed)));
        return format.read(manager, new FolderFiles(path, files));
    }

    private static Path folder(String tool) throws IOException {
        try {
            return Path.of(PublishedFoldersTest.class.getResource("/tools/" + tool).toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static ByteBuffer edited(ByteBuffer json, Map<String, String> changed) {
        String text = StandardCharsets.UTF_8.decode(json).toString();
        for (Map.Entry<String, String> change : changed.entrySet()) {
            assertThat(text).contains(change.getKey());
            text = text.replace(change.getKey(), change.getValue());
        }
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "google/gemma-scope-2b-pt-res/layer_20/width_16k/average_l0_71, layers.20.resid.post",
        "gemma-scope-9b-it-res/layer_9/width_131k/average_l0_121, layers.9.resid.post",
        "google/gemma-scope-2b-pt-att/layer_3/width_16k/average_l0_9, layers.3.attn.z"
    })
    void gemmaScopesFoldersSayWhereItBelongs(String path, String site) throws IOException {
        try (LoadedDictionary loaded = read(FolderFormat.GEMMA_SCOPE, path, Map.of())) {
            assertThat(loaded.config().site()).hasToString(site);
            assertThat(loaded.config().reconstructs()).hasToString(site);
            assertThat(loaded.config().subtractDecoderBias()).isFalse();
        }
    }

    @Test
    void gemmaScopesLayerIsBelievedWhereTheRestIsNotSaid() throws IOException {
        try (LoadedDictionary loaded =
                read(FolderFormat.GEMMA_SCOPE, "layer_3/width_16k/average_l0_71", Map.of())) {
            assertThat(loaded.config(RESID_POST, Optional.empty()).site()).isEqualTo(RESID_POST);
            assertThatThrownBy(
                            () ->
                                    loaded.config(
                                            Site.parse("layers.2.resid.post"), Optional.empty()))
                    .hasMessage(
                            "site mismatch: expected=layers.2.resid.post, found=layer 3 in the files");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "google/gemma-scope-2b-pt-mlp/layer_3/width_16k/average_l0_9, behind Gemma's norm",
        "google/gemma-scope-2b-pt-transcoders/layer_3/width_16k/average_l0_9, behind Gemma's norm",
        "google/gemma-scope-2b-pt-res/embedding/width_4k/average_l0_6, how embeddings are scaled"
    })
    void whatGemmaScopeReadsAtNoSiteIsRefused(String path, String reason) {
        assertThatThrownBy(() -> read(FolderFormat.GEMMA_SCOPE, path, Map.of()))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(path);
    }

    @ParameterizedTest
    @CsvSource({
        "model.layers.7.output, layers.7.resid.post",
        "model.layers.7.self_attn.o_proj.input, layers.7.attn.z"
    })
    void gemmaScope2NamesItsHook(String hook, String site) throws IOException {
        try (LoadedDictionary loaded =
                read(FolderFormat.GEMMA_SCOPE_2, "any", Map.of("model.layers.3.output", hook))) {
            assertThat(loaded.config().site()).hasToString(site);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.layers.3.output | model.layers.3.post_feedforward_layernorm.output | behind Gemma's norm",
                "model.layers.3.output | model.layers.3.mlp.output | hf_hook_point_in=model.layers.3.mlp.output",
                "jump_relu | topk | architecture not known: expected=jump_relu, found=topk",
                "hf_hook_point_in | any_hook_point | site unknown",
                "\"type\": \"sae\" | \"hf_hook_point_out\": \"model.layers.4.output\" | transcoders are not supported"
            })
    void whatGemmaScope2HasAndWeHaveNotIsRefused(String from, String to, String reason) {
        assertThatThrownBy(() -> read(FolderFormat.GEMMA_SCOPE_2, "any", Map.of(from, to)).config())
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void llamaScopeNamesItsHooks() throws IOException {
        try (LoadedDictionary loaded = read(FolderFormat.LLAMA_SCOPE, "any", Map.of())) {
            assertThat(loaded.config().site()).isEqualTo(RESID_POST);
            assertThat(loaded.dictionary().architecture()).isEqualTo(Architecture.JUMP_RELU);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hook_resid_post | ln2.hook_normalized | hook_point_in=blocks.3.ln2.hook_normalized",
                "dataset-wise | token-wise | norm_activation=\"token-wise\"",
                "\"in\": 6.3125 | \"in\": 0 | norm must be finite and positive: dataset_average_activation_norm.in=0",
                "\"in\": 6.3125 | \"out\": 6.3125 | norm must be finite and positive",
                "\"jumprelu\" | \"batchtopk\" | act_fn=\"batchtopk\"",
                "\"jumprelu\" | \"topk\" | act_fn=topk, jump_relu_threshold=0.2021484375",
                "0.2021484375 | -0.25 | threshold must be finite and not negative",
                "0.2021484375 | \"much\" | threshold must be finite and not negative",
                "\"d_sae\": 24 | \"d_sae\": 25 | size mismatch: tensors=24, d_sae=25",
                "\"top_k\": 3 | \"use_glu_encoder\": true | use_glu_encoder=true"
            })
    void whatLlamaScopeMayHaveAndWeHaveNotIsRefused(String from, String to, String reason) {
        assertThatThrownBy(() -> read(FolderFormat.LLAMA_SCOPE, "any", Map.of(from, to)))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @EnumSource(
            value = FolderFormat.class,
            mode = Mode.INCLUDE,
            names = {"GEMMA_SCOPE", "GEMMA_SCOPE_2", "LLAMA_SCOPE"})
    void publishedLayoutsAreReadAndNotWritten(FolderFormat format) {
        Dictionary dictionary = RandomDictionaries.of(manager, Architecture.JUMP_RELU, false);
        DictionaryConfig config =
                DictionaryConfig.of(
                        dictionary, RESID_POST, RESID_POST, Optional.empty(), Optional.empty());

        assertThatThrownBy(() -> format.write(dictionary, config))
                .isInstanceOf(DictionaryException.class)
                .hasMessageStartingWith("format is read, not written");
    }

    @Test
    void findsTheDictionariesAmongManyFiles() {
        assertThat(
                        FolderFormat.folders(
                                List.of(
                                        "README.md",
                                        "a/L15R/hyperparams.json",
                                        "a/L15R/checkpoints/final.safetensors",
                                        "a/L15R/lm_config.json",
                                        "b/cfg.json",
                                        "layers.3.mlp/cfg.json",
                                        "layers.3.mlp/sae.safetensors",
                                        "mlp_out_layer3/10_32768/ae.pt",
                                        "mlp_out_layer3/10_32768/checkpoints/ae_100.pt",
                                        "params.npz")))
                .containsExactly(
                        Map.entry("", List.of("params.npz")),
                        Map.entry(
                                "a/L15R",
                                List.of("hyperparams.json", "checkpoints/final.safetensors")),
                        Map.entry("layers.3.mlp", List.of("cfg.json", "sae.safetensors")),
                        Map.entry("mlp_out_layer3/10_32768", List.of("ae.pt")));
    }

    @ParameterizedTest
    @CsvSource({"GEMMA_SCOPE, W_enc.npy", "DICTIONARY_LEARNING, archive/data.pkl"})
    void weightsUnpackToNoMoreThanAllowed(FolderFormat format, String entry, @TempDir Path folder)
            throws IOException {
        Path weights = folder.resolve(format.weightsFile());
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(weights))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(new byte[1000]);
        }
        String path = "gemma-scope-2b-pt-res/layer_20/width_16k/average_l0_71";

        assertThatThrownBy(() -> format.read(manager, folder, path, 999))
                .isInstanceOf(DictionaryException.class)
                .hasMessageStartingWith("zip entry unpacks to too much: limit=999, found=1000");
    }
}
