package org.lexicographer.dictionary.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.RandomDictionaries;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.pipeline.Site;

/** What the files of the tools say of where a dictionary belongs, and what is not believed. */
class PlacementTest {

    private static final Site MLP_OUT = Site.parse("layers.1.mlp.out");
    private static final String NOWHERE = "";

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private LoadedDictionary read(FolderFormat format, String path, String json) {
        boolean subtracts = format != FolderFormat.SAE_LENS;
        Architecture architecture =
                format == FolderFormat.SPARSIFY ? Architecture.TOP_K : Architecture.STANDARD;
        boolean transcodes = json.contains("\"transcode\": true");
        Dictionary dictionary =
                RandomDictionaries.of(manager, architecture, subtracts && !transcodes);
        Site reads = transcodes ? new Site(MLP_OUT.layer(), Site.Kind.MLP_IN) : MLP_OUT;
        DictionaryConfig config =
                DictionaryConfig.of(dictionary, reads, MLP_OUT, Optional.empty(), Optional.empty());
        Map<String, ByteBuffer> files = new HashMap<>();
        format.write(dictionary, config)
                .forEach((name, content) -> files.put(name, ByteBuffer.wrap(content.bytes())));
        files.put(
                format.configFile().orElseThrow(),
                ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
        return format.read(manager, new FolderFiles(path, files));
    }

    private LoadedDictionary saeLens(String fields) {
        String json =
                "{\"apply_b_dec_to_input\": false, \"k\": NaN, \"lr\": Infinity, %s}"
                        .formatted(fields.replace('\'', '"'));
        return read(FolderFormat.SAE_LENS, NOWHERE, json);
    }

    private LoadedDictionary dictionaryLearning(String path, String trainer, String buffer) {
        String json =
                "{\"trainer\": {\"dict_class\": \"AutoEncoder\", %s}, \"buffer\": {%s}}"
                        .formatted(trainer, buffer)
                        .replace('\'', '"');
        return read(FolderFormat.DICTIONARY_LEARNING, path, json);
    }

    private LoadedDictionary sparsify(String path, String fields) {
        return read(
                FolderFormat.SPARSIFY,
                path,
                "{\"k\": 3.0, \"d_in\": 6.0, %s}".formatted(fields).replace('\'', '"'));
    }

    private static Site placed(LoadedDictionary loaded) {
        return loaded.config().site();
    }

    private static void assertRefused(Runnable reading, String reason) {
        assertThatThrownBy(reading::run)
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'hook_name': 'blocks.1.hook_mlp_out'                           | layers.1.mlp.out",
                "'hook_point': 'blocks.1.hook_resid_pre', 'hook_point_layer': 1.0 | layers.1.resid.pre",
                "'hook_name': 'hook_embed', 'hook_layer': 0                     | embed",
                "'metadata': {'hook_name': 'blocks.2.mlp.hook_in'}              | layers.2.mlp.in",
                "'hook_name': 'blocks.1.hook_attn_out', 'hook_head_index': null | layers.1.attn.out",
                "'hook_name': 'blocks.1.attn.hook_z', 'hook_head_index': null   | layers.1.attn.z",
                "'metadata': {'hook_name': 'blocks.1.attn.hook_z'}, 'reshape_activations': 'hook_z' | layers.1.attn.z",
                "'metadata': {'hook_name': 'blocks.1.mlp.hook_post'}            | layers.1.mlp.hidden",
                "'hook_point': 'blocks.1.hook_resid_mid', 'hook_point_layer': 1 | layers.1.resid.mid"
            })
    void readsTheHooksOfSaeLens(String fields, String site) {
        assertThat(placed(saeLens(fields))).hasToString(site);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'hook_name': 'blocks.1.attn.hook_result'                     | hook_name=blocks.1.attn.hook_result",
                "'metadata': {'hook_name': 'blocks.1.mlp.hook_pre'}           | hook_name=blocks.1.mlp.hook_pre",
                "'hook_point': 'blocks.1.attn.hook_k'                         | hook_point=blocks.1.attn.hook_k",
                "'hook_name': 'gpt_neox.layers.1.mlp'                         | hook_name=gpt_neox.layers.1.mlp",
                "'hook_name': 'blocks.1.hook_attn_out', 'reshape_activations': 'hook_z' | reshape_activations",
                "'metadata': {'hook_name': 'blocks.1.hook_mlp_out', 'model_from_pretrained_kwargs': {'center_writing_weights': true}} | center_writing_weights=true",
                "'hook_name': ''                                              | site not known",
                "'hook_name': 7                                               | not a text: field=hook_name",
                "'hook_name': 'blocks.1.hook_mlp_out', 'hook_layer': 2        | layer mismatch",
                "'metadata': {'hook_name': 'blocks.1.hook_mlp_out'}, 'hook_name': 'blocks.2.hook_mlp_out' | contradicts itself",
                "'hook_name': 'blocks.1.hook_mlp_out', 'hook_point': 'blocks.1.hook_attn_out' | contradicts itself",
                "'metadata': {'hook_name': 'blocks.1.hook_mlp_out', 'hook_head_index': 0} | hook_head_index=0",
                "'hook_name': 'blocks.1.hook_mlp_out', 'metadata': {'hook_name_out': 'blocks.1.ln2.hook_scale'} | hook_name_out=blocks.1.ln2.hook_scale",
                "'hook_name': 'blocks.1.hook_mlp_out', 'hook_layer': 1.5      | not a whole number: field=hook_layer"
            })
    void refusesWhatItDoesNotKnowOfSaeLens(String fields, String reason) {
        assertRefused(() -> saeLens(fields), reason);
    }

    @Test
    void wantsTheTargetOfATranscoderWhicheverToolMadeIt() {
        String missing = "reconstructs missing: a transcoder whose files do not name its target";
        LoadedDictionary saeLens = saeLens("'architecture': 'transcoder'");
        LoadedDictionary sparsify = sparsify(NOWHERE, "'transcode': true");

        for (LoadedDictionary loaded : new LoadedDictionary[] {saeLens, sparsify}) {
            assertThat(loaded.placement().lacksTarget()).isTrue();
            assertRefused(() -> loaded.config(MLP_OUT, Optional.empty()), missing);
            assertRefused(
                    () -> loaded.config(MLP_OUT, Optional.of(MLP_OUT)),
                    "reconstructs mismatch: site=layers.1.mlp.out");
        }
    }

    @Test
    void refusesATargetForAnAutoencoder() {
        LoadedDictionary loaded = sparsify(NOWHERE, "'transcode': false");

        assertThat(loaded.config(MLP_OUT, Optional.empty()).reconstructs()).isEqualTo(MLP_OUT);
        assertRefused(
                () ->
                        loaded.config(
                                new Site(MLP_OUT.layer(), Site.Kind.MLP_IN), Optional.of(MLP_OUT)),
                "an autoencoder in the files");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'layer': 1.0, 'submodule_name': 'mlp'                 | 'io': 'out' | layers.1.mlp.out",
                "'layer': 1, 'submodule_name': 'mlp'                   | 'io': 'in'  | layers.1.mlp.in",
                "'layer': 1, 'submodule_name': 'resid_post_layer_1'    | 'io': null  | layers.1.resid.post",
                "'layer': 1, 'submodule_name': 'attention'             |             | layers.1.attn.out",
                "'layer': null, 'submodule_name': 'gpt_neox.layers.2.mlp' |          | layers.2.mlp.out",
                "'layer': 0, 'submodule_name': 'embed'                 |             | embed",
                "'layer': 1, 'submodule_name': 'attn_z_layer_1'        | 'io': 'out' | layers.1.attn.z",
                "'layer': 1, 'submodule_name': 'mlp_hidden_layer_1'    | 'io': 'out' | layers.1.mlp.hidden",
                "'layer': 1, 'submodule_name': 'resid_mid_layer_1'     |             | layers.1.resid.mid",
                "'submodule_name': 'gpt_neox.layers.2.attention.dense' | 'io': 'in'  | layers.2.attn.z",
                "'submodule_name': 'model.layers.2.mlp.down_proj'      | 'io': 'in'  | layers.2.mlp.hidden"
            })
    void readsTheModulesOfDictionaryLearning(String trainer, String buffer, String site) {
        String said = buffer == null ? "" : buffer;
        assertThat(placed(dictionaryLearning(NOWHERE, trainer, said))).hasToString(site);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'layer': 1, 'submodule_name': 'attn_q'             | 'io': 'out' | submodule_name=attn_q",
                "'layer': 2, 'submodule_name': 'resid_post_layer_1' | 'io': 'out' | layer mismatch: layer=2",
                "'layer': 1, 'submodule_name': 'attention'          | 'io': 'in'  | io=in",
                "'layer': 1, 'submodule_name': 'mlp'                | 'io': 'up'  | io=up",
                "'layer': 1, 'submodule_name': 'resid_post_layer_1' | 'io': 'in'  | io=in of a residual stream",
                "'submodule_name': 'h.1.mlp.c_proj'                 | 'io': 'out' | found=output of h.1.mlp.c_proj",
                "'layer': 'one', 'submodule_name': 'mlp'            | 'io': 'out' | not a whole number: field=layer"
            })
    void refusesWhatItDoesNotKnowOfDictionaryLearning(
            String trainer, String buffer, String reason) {
        assertRefused(() -> dictionaryLearning(NOWHERE, trainer, buffer), reason);
    }

    @Test
    void believesHalfOfAPlace() {
        LoadedDictionary layer = dictionaryLearning(NOWHERE, "'layer': 2", "");
        LoadedDictionary module = dictionaryLearning(NOWHERE, "'submodule_name': 'mlp'", "");

        assertRefused(
                () -> layer.config(MLP_OUT, Optional.empty()),
                "site mismatch: expected=layers.1.mlp.out, found=layer 2 in the files");
        assertRefused(
                () ->
                        module.config(
                                new Site(MLP_OUT.layer(), Site.Kind.ATTN_OUT), Optional.empty()),
                "site mismatch: expected=layers.1.attn.out, found=mlp.out in the files");
        assertThat(module.config(MLP_OUT, Optional.empty()).site()).isEqualTo(MLP_OUT);
    }

    @Test
    void believesTheNameOfAFolder() {
        assertThat(placed(dictionaryLearning("saes/mlp_out_layer1/10_32768", "'lr': 1", "")))
                .isEqualTo(MLP_OUT);
        assertThat(placed(sparsify("run/layers.1.mlp", "'num_latents': 0"))).isEqualTo(MLP_OUT);
        assertThat(placed(sparsify("run/layers.1.mlp.act", "'num_latents': 0")))
                .hasToString("layers.1.mlp.hidden");
        assertThat(placed(sparsify("layers.2", "'signed': null")))
                .hasToString("layers.2.resid.post");
        assertRefused(() -> sparsify("run/layers.1.attn.q_proj", "'x': 1"), "layers.1.attn.q_proj");
        assertRefused(() -> sparsify("any", "'hookpoint': 'lm_head'"), "hookpoint=lm_head");
        LoadedDictionary transcoder = sparsify("run/layers.1.mlp", "'transcode': true");
        assertThat(transcoder.config().site()).hasToString("layers.1.mlp.in");
        assertThat(transcoder.config().reconstructs()).isEqualTo(MLP_OUT);
        assertThatThrownBy(() -> sparsify("anything", "'x': 1").config())
                .hasMessageContaining("site unknown");
    }
}
