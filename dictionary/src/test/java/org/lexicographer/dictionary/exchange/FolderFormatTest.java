package org.lexicographer.dictionary.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.RandomDictionaries;
import org.lexicographer.dictionary.architecture.TopKDictionary;
import org.lexicographer.dictionary.architecture.WithActivations;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.dictionary.config.Lineages;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.saelens.SaeLensSparsity;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;

class FolderFormatTest extends WithActivations {

    private static final Site MLP_IN = Site.parse("layers.3.mlp.in");
    private static final Site MLP_OUT = Site.parse("layers.3.mlp.out");

    /** Float32 products of a few terms, in another order. */
    private static final float ROUNDING = 1e-5f;

    FolderFormatTest() {
        super(9);
    }

    @ParameterizedTest
    @CsvSource({
        "DICTIONARY_LEARNING, STANDARD, true",
        "DICTIONARY_LEARNING, STANDARD, false",
        "DICTIONARY_LEARNING, GATED, true",
        "DICTIONARY_LEARNING, TOP_K, true",
        "DICTIONARY_LEARNING, BATCH_TOP_K, true",
        "DICTIONARY_LEARNING, JUMP_RELU, false",
        "DICTIONARY_LEARNING, MATRYOSHKA_BATCH_TOP_K, true",
        "SAE_LENS, STANDARD, true",
        "SAE_LENS, STANDARD, false",
        "SAE_LENS, GATED, true",
        "SAE_LENS, GATED, false",
        "SAE_LENS, TOP_K, true",
        "SAE_LENS, TOP_K, false",
        "SAE_LENS, BATCH_TOP_K, true",
        "SAE_LENS, BATCH_TOP_K, false",
        "SAE_LENS, JUMP_RELU, true",
        "SAE_LENS, JUMP_RELU, false",
        "SAE_LENS, MATRYOSHKA_BATCH_TOP_K, true",
        "SAE_LENS, MATRYOSHKA_BATCH_TOP_K, false",
        "SAE_LENS_5, STANDARD, true",
        "SAE_LENS_5, STANDARD, false",
        "SAE_LENS_5, GATED, true",
        "SAE_LENS_5, GATED, false",
        "SAE_LENS_5, TOP_K, true",
        "SAE_LENS_5, TOP_K, false",
        "SAE_LENS_5, BATCH_TOP_K, true",
        "SAE_LENS_5, BATCH_TOP_K, false",
        "SAE_LENS_5, JUMP_RELU, true",
        "SAE_LENS_5, JUMP_RELU, false",
        "SAE_LENS_5, MATRYOSHKA_BATCH_TOP_K, true",
        "SAE_LENS_5, MATRYOSHKA_BATCH_TOP_K, false",
        "SPARSIFY, TOP_K, true"
    })
    void bringsBackTheSameDictionary(
            FolderFormat format, Architecture architecture, boolean subtractDecoderBias) {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, architecture, subtractDecoderBias);
        DictionaryConfig config = config(dictionary, MLP_OUT, MLP_OUT);

        // When
        Map<String, byte[]> files = written(format, dictionary, config);
        LoadedDictionary loaded = read(format, files);
        LoadedDictionary foreign = read(format, withoutOurKey(format, files));

        // Then
        assertThat(loaded.config()).isEqualTo(config);
        assertThat(loaded.dictionary()).hasSameClassAs(dictionary);
        assertSameFunction(loaded.dictionary(), dictionary);
        assertSameFunction(foreign.dictionary(), dictionary);
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"IDENTITY", "ZERO"},
            mode = EnumSource.Mode.EXCLUDE)
    void ourOwnFormatBringsBackEveryDictionary(Architecture architecture) {
        for (boolean subtracts : new boolean[] {true, false}) {
            Dictionary tied = RandomDictionaries.of(manager, architecture, subtracts);
            assertBroughtBack(tied, config(tied, MLP_OUT, MLP_OUT));
        }
        Dictionary transcoder = RandomDictionaries.of(manager, architecture, 8, false);
        assertBroughtBack(transcoder, config(transcoder, MLP_IN, MLP_OUT));
    }

    private void assertBroughtBack(Dictionary dictionary, DictionaryConfig config) {
        LoadedDictionary loaded =
                read(
                        FolderFormat.LEXICOGRAPHER,
                        written(FolderFormat.LEXICOGRAPHER, dictionary, config));
        assertThat(loaded.config()).isEqualTo(config);
        assertSameFunction(loaded.dictionary(), dictionary);
    }

    @ParameterizedTest
    @CsvSource({
        "SAE_LENS, STANDARD, 8",
        "SAE_LENS, JUMP_RELU, 8",
        "SAE_LENS, BATCH_TOP_K, 8",
        "SAE_LENS, MATRYOSHKA_BATCH_TOP_K, 6",
        "SPARSIFY, TOP_K, 6"
    })
    void bringsBackTheSameTranscoder(
            FolderFormat format, Architecture architecture, int outputDim) {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, architecture, outputDim, false);
        DictionaryConfig config = config(dictionary, MLP_IN, MLP_OUT);

        // When
        Map<String, byte[]> files = written(format, dictionary, config);
        LoadedDictionary loaded = read(format, files);
        LoadedDictionary foreign = read(format, withoutOurKey(format, files));

        // Then
        assertThat(loaded.config()).isEqualTo(config);
        assertSameFunction(loaded.dictionary(), dictionary);
        assertSameFunction(foreign.dictionary(), dictionary);
    }

    @ParameterizedTest
    @CsvSource({
        "SAE_LENS, embed",
        "SAE_LENS, layers.1.resid.pre",
        "SAE_LENS, layers.1.attn.z",
        "SAE_LENS, layers.1.attn.out",
        "SAE_LENS, layers.1.resid.mid",
        "SAE_LENS, layers.1.mlp.in",
        "SAE_LENS, layers.1.mlp.hidden",
        "SAE_LENS, layers.1.mlp.out",
        "SAE_LENS, layers.1.resid.post",
        "SAE_LENS_5, layers.1.attn.z",
        "SAE_LENS_5, layers.1.resid.mid",
        "SAE_LENS_5, layers.1.mlp.hidden",
        "DICTIONARY_LEARNING, layers.1.attn.z",
        "DICTIONARY_LEARNING, layers.1.resid.mid",
        "DICTIONARY_LEARNING, layers.1.mlp.hidden"
    })
    void bringsBackTheSiteByTheNameThatTheToolHasForIt(FolderFormat format, Site site) {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, Architecture.STANDARD, true);

        // When
        Map<String, byte[]> files = written(format, dictionary, config(dictionary, site, site));
        LoadedDictionary foreign = read(format, withoutOurKey(format, files));

        // Then
        assertThat(read(format, files).config().site()).isEqualTo(site);
        assertThat(foreign.config().site()).isEqualTo(site);
    }

    private void assertSameFunction(Dictionary found, Dictionary expected) {
        assertThat(found.encode(activations)).isEqualTo(expected.encode(activations));
        assertThat(found.reconstruct(activations)).isEqualTo(expected.reconstruct(activations));
    }

    @ParameterizedTest
    @CsvSource({
        "DICTIONARY_LEARNING, GATED, false, no such class",
        "DICTIONARY_LEARNING, TOP_K, false, no such class",
        "DICTIONARY_LEARNING, BATCH_TOP_K, false, no such class",
        "DICTIONARY_LEARNING, JUMP_RELU, true, no such class",
        "DICTIONARY_LEARNING, MATRYOSHKA_BATCH_TOP_K, false, no such class",
        "SPARSIFY, STANDARD, true, sparsify has top-k alone",
        "SPARSIFY, GATED, true, sparsify has top-k alone",
        "SPARSIFY, BATCH_TOP_K, true, sparsify has top-k alone",
        "SPARSIFY, JUMP_RELU, true, sparsify has top-k alone",
        "SPARSIFY, MATRYOSHKA_BATCH_TOP_K, true, sparsify has top-k alone",
        "SPARSIFY, TOP_K, false, sparsify subtracts the decoder bias in autoencoders"
    })
    void refusesWhatTheFormatCannotExpress(
            FolderFormat format, Architecture architecture, boolean tied, String reason) {
        assertRefused(format, RandomDictionaries.of(manager, architecture, tied), MLP_OUT, reason);
    }

    @Test
    void refusesTranscodersThatTheFormatCannotExpress() {
        Dictionary topK = RandomDictionaries.of(manager, Architecture.TOP_K, 8, false);
        Dictionary gated = RandomDictionaries.of(manager, Architecture.GATED, 8, false);
        Dictionary tied = RandomDictionaries.of(manager, Architecture.STANDARD, true);

        assertRefused(FolderFormat.SAE_LENS, topK, MLP_IN, "SAELens has no such transcoder");
        assertRefused(FolderFormat.SAE_LENS, gated, MLP_IN, "SAELens has no such transcoder");
        assertRefused(
                FolderFormat.SAE_LENS, tied, MLP_IN, "transcoders never subtract the decoder");
        Dictionary plain = RandomDictionaries.of(manager, Architecture.STANDARD, 8, false);
        assertRefused(FolderFormat.SAE_LENS_5, plain, MLP_IN, "SAELens 5 has no transcoders");
        assertRefused(FolderFormat.SPARSIFY, topK, MLP_IN, "between different widths");
        assertRefused(FolderFormat.DICTIONARY_LEARNING, topK, MLP_IN, "different widths");
    }

    @Test
    void refusesOracles() {
        Dictionary identity = new IdentityDictionary(5);

        assertRefused(FolderFormat.SAE_LENS, identity, MLP_OUT, "no such architecture");
        assertRefused(FolderFormat.SAE_LENS_5, identity, MLP_OUT, "no such architecture");
        assertRefused(FolderFormat.DICTIONARY_LEARNING, identity, MLP_OUT, "no such class");
        assertRefused(FolderFormat.SPARSIFY, identity, MLP_OUT, "top-k alone");
    }

    @Test
    void writesATopKDictionaryThatUsesItsThresholdOnlyWhereItCan() {
        // Given
        TopKDictionary counting =
                (TopKDictionary) RandomDictionaries.of(manager, Architecture.TOP_K, true);
        TopKDictionary dictionary =
                new TopKDictionary(
                        Architecture.TOP_K,
                        counting.encoderWeight(), // (D, F)
                        counting.encoderBias(), // (F)
                        counting.decoderWeight(), // (F, D)
                        counting.decoderBias(), // (D)
                        new ActiveLatents(3, 0.75f, true, List.of()),
                        true);
        DictionaryConfig config = config(dictionary, MLP_OUT, MLP_OUT);

        // When
        Map<String, byte[]> files = written(FolderFormat.SAE_LENS, dictionary, config);
        LoadedDictionary loaded = read(FolderFormat.SAE_LENS, files);

        // Then
        assertThat(loaded.config()).isEqualTo(config);
        assertSameFunction(loaded.dictionary(), dictionary);
        assertRefused(FolderFormat.DICTIONARY_LEARNING, dictionary, MLP_OUT, "counts by default");
        assertRefused(FolderFormat.SPARSIFY, dictionary, MLP_OUT, "top-k alone");
    }

    private void assertRefused(
            FolderFormat format, Dictionary dictionary, Site site, String reason) {
        DictionaryConfig config = config(dictionary, site, MLP_OUT);

        assertThatThrownBy(() -> written(format, dictionary, config))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "normalize_activations, layer_norm",
        "normalize_activations, expected_average_only_in",
        "reshape_activations, hook_z",
        "architecture, skip_transcoder",
        "activation_fn, tanh-relu",
        "d_in, 7"
    })
    void refusesSaeLensSettingsThatChangeTheFunction(String field, String value) {
        assertThatThrownBy(
                        () ->
                                changed(
                                        FolderFormat.SAE_LENS,
                                        Architecture.STANDARD,
                                        cfg -> cfg.put(field, value)))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(field);
    }

    @Test
    void refusesSparsifySettingsThatChangeTheFunction() {
        assertSparsifyRefused(cfg -> cfg.put("activation", "groupmax"), "activation=\"groupmax\"");
        assertSparsifyRefused(cfg -> cfg.put("skip_connection", true), "skip_connection=true");
        assertSparsifyRefused(cfg -> cfg.put("signed", true), "signed=true");
        assertSparsifyRefused(cfg -> cfg.put("num_latents", 25), "size mismatch");
        assertSparsifyRefused(cfg -> cfg.put("k", 25).remove("lexicographer"), "k out of range");
        assertSparsifyRefused(cfg -> cfg.remove("k"), "field=k");
    }

    private void assertSparsifyRefused(Consumer<ObjectNode> change, String reason) {
        assertThatThrownBy(() -> changed(FolderFormat.SPARSIFY, Architecture.TOP_K, change))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesAConfigOfOursThatDescribesAnotherDictionary() {
        assertThatThrownBy(
                        () ->
                                changed(
                                        FolderFormat.SPARSIFY,
                                        Architecture.TOP_K,
                                        cfg -> cfg.put("k", 4)))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("describes another dictionary");
    }

    private LoadedDictionary changed(
            FolderFormat format, Architecture architecture, Consumer<ObjectNode> change) {
        Dictionary dictionary = RandomDictionaries.of(manager, architecture, true);
        Map<String, byte[]> files =
                new HashMap<>(written(format, dictionary, config(dictionary, MLP_OUT, MLP_OUT)));
        files.compute("cfg.json", (_, json) -> edited(json, change));
        return read(format, files);
    }

    private static byte[] edited(byte[] json, Consumer<ObjectNode> change) {
        JsonNode tree = Json.tree(json);
        change.accept((ObjectNode) tree);
        return Json.write(tree);
    }

    @Test
    void readsTheFlatConfigOfSaeLensFive() {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, Architecture.TOP_K, true);
        String cfg =
                """
                {"architecture": "standard", "d_in": 6, "d_sae": 24, "dtype": "torch.float32",
                 "activation_fn_str": "topk", "activation_fn_kwargs": {"k": 3},
                 "apply_b_dec_to_input": true, "finetuning_scaling_factor": false,
                 "hook_point": "blocks.3.hook_mlp_out", "hook_point_head_index": null,
                 "normalize_activations": false, "sae_lens_training_version": "5.1.0"}
                """;
        Map<String, byte[]> files =
                new HashMap<>(
                        written(
                                FolderFormat.SAE_LENS,
                                dictionary,
                                config(dictionary, MLP_OUT, MLP_OUT)));
        files.put("cfg.json", cfg.getBytes(StandardCharsets.UTF_8));

        // When
        LoadedDictionary loaded = read(FolderFormat.SAE_LENS, files);

        // Then
        assertThat(loaded.config().site()).isEqualTo(MLP_OUT);
        assertSameFunction(loaded.dictionary(), dictionary);
    }

    @Test
    void foldsDecoderNormsThatSaeLensChoosesBy() {
        // Given
        TopKDictionary dictionary =
                (TopKDictionary) RandomDictionaries.of(manager, Architecture.TOP_K, true);

        // When
        Dictionary read =
                changed(
                                FolderFormat.SAE_LENS,
                                Architecture.TOP_K,
                                cfg -> cfg.put("rescale_acts_by_decoder_norm", true))
                        .dictionary();

        // Then
        NDArray norms = dictionary.decoderWeight().norm(new int[] {1}); // (F)
        NDArray centred = activations.sub(dictionary.decoderBias()); // (N, D)
        NDArray scaled =
                centred.matMul(dictionary.encoderWeight())
                        .add(dictionary.encoderBias())
                        .mul(norms); // (N, F)
        NDArray kept = scaled.gte(scaled.topK(3, 1).getFirst().min(new int[] {1}, true)); // (N, F)
        NDArray latents = scaled.maximum(0).mul(kept); // (N, F)
        assertClose(read.encode(activations), latents);
        NDArray decoded =
                latents.div(norms)
                        .matMul(dictionary.decoderWeight())
                        .add(dictionary.decoderBias()); // (N, D)
        assertClose(read.reconstruct(activations), decoded);
    }

    private static void assertClose(NDArray found, NDArray expected) {
        assertThat(found.toFloatArray())
                .usingComparatorWithPrecision(ROUNDING * 10)
                .containsExactly(expected.toFloatArray());
    }

    @Test
    void keepsHowOftenLatentsAreActive() {
        // Given
        double[] frequencies = {0, 1e-6, 0.25, 1};

        // When
        double[] read = SaeLensSparsity.read(SaeLensSparsity.write(frequencies));

        // Then
        assertThat(read).usingComparatorWithPrecision(1e-6).containsExactly(frequencies);
    }

    @ParameterizedTest
    @EnumSource(
            value = FolderFormat.class,
            names = {"GEMMA_SCOPE", "GEMMA_SCOPE_2", "LLAMA_SCOPE"},
            mode = EnumSource.Mode.EXCLUDE)
    void recognisesAFolder(FolderFormat format, @TempDir Path folder) throws IOException {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, Architecture.TOP_K, true);
        DictionaryConfig config = config(dictionary, MLP_OUT, MLP_OUT);
        for (Map.Entry<String, byte[]> file : written(format, dictionary, config).entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }

        // When
        LoadedDictionary loaded = Dictionaries.load(folder, manager);

        // Then
        assertThat(loaded.config()).isEqualTo(config);
        assertSameFunction(loaded.dictionary(), dictionary);
    }

    @Test
    void recognisesAFolderOfOurOwn(@TempDir Path folder) throws IOException {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, Architecture.GATED, true);
        DictionaryConfig config = config(dictionary, MLP_OUT, MLP_OUT);
        DictionaryFormat.write(folder, dictionary, config);

        // When
        LoadedDictionary loaded = Dictionaries.load(folder, manager);

        // Then
        assertThat(loaded.config()).isEqualTo(config);
        assertSameFunction(loaded.dictionary(), dictionary);
    }

    @ParameterizedTest
    @CsvSource({
        "DICTIONARY_LEARNING, /trainer/lr",
        "SAE_LENS, /metadata/dataset_path",
        "SAE_LENS_5, /dataset_path",
        "SPARSIFY, /notes"
    })
    void saysAgainWhatTheToolSaid(FolderFormat format, String field) {
        // Given
        Dictionary dictionary = RandomDictionaries.of(manager, Architecture.TOP_K, true);
        DictionaryConfig config =
                DictionaryConfig.of(
                        dictionary, MLP_OUT, MLP_OUT, Optional.empty(), Optional.empty());
        ObjectNode said = (ObjectNode) Json.tree("{\"k\": 99}".getBytes(StandardCharsets.UTF_8));
        int last = field.lastIndexOf('/');
        said.withObject(field.substring(0, last)).put(field.substring(last + 1), "as it was");
        Imported imported = new Imported(format.text(), "s3://b/m/", Optional.empty(), 128, said);

        // When
        Map<String, byte[]> files =
                written(format, dictionary, config.withImported(Optional.of(imported)));

        // Then
        assertThat(Json.tree(files.get(format.configFile().orElseThrow())).at(field).asText())
                .isEqualTo("as it was");
        LoadedDictionary loaded = read(format, files);
        assertThat(loaded.imported()).contains(imported);
        assertSameFunction(loaded.dictionary(), dictionary);
        Map<String, byte[]> other =
                written(
                        FolderFormat.LEXICOGRAPHER,
                        dictionary,
                        config.withImported(Optional.of(imported)));
        assertThat(read(FolderFormat.LEXICOGRAPHER, other).imported()).contains(imported);
    }

    @Test
    void namesTheMissingFile() {
        assertThatThrownBy(() -> read(FolderFormat.SAE_LENS, Map.of("ae.pt", new byte[] {1})))
                .isInstanceOf(DictionaryException.class)
                .hasMessage("file missing: expected=sae_weights.safetensors, found=[ae.pt]");
    }

    @Test
    void parsesItsOwnNames() {
        for (FolderFormat format : FolderFormat.values()) {
            assertThat(FolderFormat.parse(format.text())).isEqualTo(format);
        }
        assertThatThrownBy(() -> FolderFormat.parse("onnx"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "unknown format: expected=lexicographer|dictionary_learning|saelens|saelens-v5|sparsify|gemma-scope|gemma-scope-2|llama-scope,"
                                + " found=onnx");
    }

    private static Map<String, byte[]> written(
            FolderFormat format, Dictionary dictionary, DictionaryConfig config) {
        Map<String, byte[]> files = new HashMap<>();
        format.write(dictionary, config)
                .forEach((name, content) -> files.put(name, content.bytes()));
        return files;
    }

    private LoadedDictionary read(FolderFormat format, Map<String, byte[]> files) {
        Map<String, ByteBuffer> buffers = new HashMap<>();
        files.forEach((name, bytes) -> buffers.put(name, ByteBuffer.wrap(bytes)));
        return format.read(manager, new FolderFiles("", buffers));
    }

    /** What a tool would have written itself. */
    private static Map<String, byte[]> withoutOurKey(
            FolderFormat format, Map<String, byte[]> files) {
        Map<String, byte[]> foreign = new HashMap<>(files);
        foreign.compute(
                format.configFile().orElseThrow(),
                (_, json) ->
                        edited(
                                json,
                                tree -> {
                                    JsonNode holder =
                                            format == FolderFormat.SAE_LENS
                                                    ? tree.get("metadata")
                                                    : tree;
                                    ((ObjectNode) holder).remove("lexicographer");
                                }));
        return foreign;
    }

    private static DictionaryConfig config(Dictionary dictionary, Site site, Site reconstructs) {
        return DictionaryConfig.of(
                dictionary,
                site,
                reconstructs,
                Optional.of(new Normalization(12.5, 12.5)),
                Optional.of(Lineages.of("other")));
    }
}
