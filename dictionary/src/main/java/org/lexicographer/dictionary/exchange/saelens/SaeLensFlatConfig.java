package org.lexicographer.dictionary.exchange.saelens;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.dictionary.exchange.folder.LexicographerConfig;
import org.lexicographer.dictionary.exchange.folder.TransformerLensHooks;

/**
 * Writes the {@code cfg.json} of SAELens 5; {@link SaeLensConfig} reads it. Version 5 wants every
 * field to be there, so that what nobody recorded is null. It has no transcoders.
 */
final class SaeLensFlatConfig {

    private static final String TOP_K = "topk";

    private SaeLensFlatConfig() {}

    /**
     * Returns the tree of a file.
     *
     * @param architecture the name of the architecture since version 6
     */
    static ObjectNode write(String architecture, DictionaryConfig config) {
        if (SaeLensConfig.transcodes(config)) {
            throw new DictionaryException(
                    "SAELens 5 has no transcoders: site=%s, reconstructs=%s"
                            .formatted(config.site(), config.reconstructs()));
        }
        boolean topK = architecture.equals(TOP_K);
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("architecture", topK ? Architecture.STANDARD.text() : architecture);
        tree.put("d_in", config.inputDim());
        tree.put("d_sae", config.dictionarySize());
        tree.put("dtype", config.dtype());
        tree.put("device", "cpu");
        tree.put("activation_fn_str", topK ? TOP_K : "relu");
        ObjectNode arguments = tree.putObject("activation_fn_kwargs");
        if (topK) {
            arguments.put("k", config.activeLatents().orElseThrow().k());
        }
        tree.put("apply_b_dec_to_input", config.subtractDecoderBias());
        tree.put("finetuning_scaling_factor", false);
        tree.put("normalize_activations", "none");
        putOrigin(tree, config);
        tree.set(LexicographerConfig.KEY, LexicographerConfig.write(config));
        return tree;
    }

    private static void putOrigin(ObjectNode tree, DictionaryConfig config) {
        Optional<Imported> imported = config.imported();
        tree.put("model_name", config.lineage().map(Lineage::languageModel).orElse(null));
        tree.put("context_size", imported.map(Imported::contextLength).orElse(null));
        tree.put("hook_name", TransformerLensHooks.name(config.site()));
        tree.put("hook_layer", config.site().layer());
        tree.putNull("hook_head_index");
        // Training here puts no token before a context.
        tree.put("prepend_bos", imported.isPresent() ? null : Boolean.FALSE);
        tree.putNull("dataset_path");
        tree.put("dataset_trust_remote_code", false);
        tree.putNull("sae_lens_training_version");
    }
}
