package org.lexicographer.dictionary.exchange.saelens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.folder.LexicographerConfig;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.ToolJson;
import org.lexicographer.dictionary.exchange.folder.TransformerLensHooks;
import org.lexicographer.pipeline.Site;

/**
 * The {@code cfg.json} of SAELens.
 *
 * <p>Since version 6: d_in, d_sae, d_out (transcoders), dtype, device, architecture,
 * apply_b_dec_to_input, normalize_activations, reshape_activations, k and
 * rescale_acts_by_decoder_norm (topk), and under metadata what says where it belongs. Before, all
 * lay flat, and top-k was an activation function of architecture standard.
 */
final class SaeLensConfig {

    private static final String FILE = "cfg.json";
    private static final String METADATA = "metadata";
    private static final String ARCHITECTURE = "architecture";
    private static final String STANDARD = "standard";
    private static final String GATED = "gated";
    private static final String TOP_K = "topk";
    private static final String JUMP_RELU = "jumprelu";
    private static final String TRANSCODER = "transcoder";
    private static final String JUMP_RELU_TRANSCODER = "jumprelu_transcoder";
    private static final String APPLY_DECODER_BIAS = "apply_b_dec_to_input";
    private static final String NORMALIZE = "normalize_activations";
    private static final String RESHAPE = "reshape_activations";
    private static final String HEADS = "hook_z";
    private static final String NONE = "none";
    private static final String RESCALE = "rescale_acts_by_decoder_norm";
    private static final String CENTRED = "center_writing_weights";
    private static final String HOOK = "hook_name";
    private static final String HOOK_OUT = "hook_name_out";

    /** The first version of this layout, by which readers recognise it. */
    private static final String VERSION = "6.0.0";

    private final JsonNode tree;

    private SaeLensConfig(JsonNode tree) {
        this.tree = tree;
    }

    static SaeLensConfig read(ByteBuffer json) {
        SaeLensConfig config = new SaeLensConfig(ToolJson.object(FILE, json));
        config.checkSupported();
        return config;
    }

    private void checkSupported() {
        refuse(!isNone(tree.path(NORMALIZE)), NORMALIZE, tree.path(NORMALIZE));
        refuse(!isNone(tree.path(RESHAPE)) && !flattensHeads(), RESHAPE, tree.path(RESHAPE));
        JsonNode function =
                tree.hasNonNull("activation_fn_str")
                        ? tree.get("activation_fn_str")
                        : tree.path("activation_fn");
        String name = function.asText("relu").toLowerCase(Locale.ROOT);
        refuse(!name.equals("relu") && !name.equals(TOP_K), "activation_fn", function);
        refuseCentredStream(tree);
        refuseCentredStream(tree.path(METADATA));
    }

    /** Activations then lack their mean over the width, which a model's own have. */
    private static void refuseCentredStream(JsonNode object) {
        JsonNode centred = object.path("model_from_pretrained_kwargs").path(CENTRED);
        refuse(centred.asBoolean(), CENTRED, centred);
    }

    /** The tool's hook has an axis of heads, which lie side by side at the site. */
    private boolean flattensHeads() {
        return tree.path(RESHAPE).asText().equals(HEADS)
                && placement().reads().kind().equals(Optional.of(Site.Kind.ATTN_Z));
    }

    private static boolean isNone(JsonNode setting) {
        return setting.isMissingNode()
                || setting.isNull()
                || setting.asText().equalsIgnoreCase(NONE)
                || (setting.isBoolean() && !setting.booleanValue());
    }

    private static void refuse(boolean unsupported, String field, JsonNode found) {
        if (unsupported) {
            throw new DictionaryException(
                    "SAELens setting not supported: %s=%s".formatted(field, found));
        }
    }

    Optional<DictionaryConfig> own() {
        return LexicographerConfig.read(tree.path(METADATA))
                .or(() -> LexicographerConfig.read(tree));
    }

    Architecture architecture() {
        String name = architectureName();
        if (name.equals(STANDARD) && flatTopK()) {
            return Architecture.TOP_K;
        }
        return switch (name) {
            case STANDARD, TRANSCODER -> Architecture.STANDARD;
            case GATED -> Architecture.GATED;
            case TOP_K -> Architecture.TOP_K;
            case JUMP_RELU, JUMP_RELU_TRANSCODER -> Architecture.JUMP_RELU;
            default ->
                    throw new DictionaryException(
                            "SAELens setting not supported: architecture=" + name);
        };
    }

    private String architectureName() {
        return ToolJson.text(tree, ARCHITECTURE).orElse(STANDARD).toLowerCase(Locale.ROOT);
    }

    private boolean flatTopK() {
        return tree.path("activation_fn_str").asText().equalsIgnoreCase(TOP_K)
                || tree.path("activation_fn").asText().equalsIgnoreCase(TOP_K);
    }

    private boolean transcodes() {
        String name = architectureName();
        return name.equals(TRANSCODER) || name.equals(JUMP_RELU_TRANSCODER);
    }

    /** Transcoders never do; the others do unless the config says otherwise. */
    boolean subtractsDecoderBias() {
        return !transcodes() && ToolJson.bool(tree, APPLY_DECODER_BIAS).orElse(true);
    }

    int k() {
        JsonNode holder = flatTopK() ? tree.path("activation_fn_kwargs") : tree;
        return ToolJson.integer(holder, "k")
                .orElseThrow(() -> new DictionaryException("k missing: expected=a whole number"));
    }

    boolean rescalesByDecoderNorm() {
        return ToolJson.bool(tree, RESCALE).orElse(false);
    }

    void checkSizes(DictionaryShape shape) {
        check("d_in", shape.inputDim());
        check("d_sae", shape.dictionarySize());
        check("d_out", shape.outputDim());
    }

    private void check(String field, int expected) {
        Optional<Integer> found = ToolJson.integer(tree, field);
        if (found.filter(size -> size != expected).isPresent()) {
            throw new DictionaryException(
                    "size mismatch: tensors=%d, %s=%d".formatted(expected, field, found.get()));
        }
    }

    Placement placement() {
        return new SaeLensPlaces(tree, tree.path(METADATA)).placement(transcodes());
    }

    /** Tells whether one threshold for all latents decides which are active. */
    static boolean usesThreshold(DictionaryConfig config) {
        return config.activeLatents().filter(ActiveLatents::useThreshold).isPresent();
    }

    /** Tells whether a dictionary reconstructs another site than it reads. */
    static boolean transcodes(DictionaryConfig config) {
        return config.inputDim() != config.outputDim()
                || !config.site().equals(config.reconstructs());
    }

    /** Returns SAELens's name of the architecture; refuses those without one. */
    static String architecture(DictionaryConfig config) {
        boolean transcodes = transcodes(config);
        if (transcodes && config.subtractDecoderBias()) {
            throw new DictionaryException(
                    "SAELens transcoders never subtract the decoder bias: site=%s, reconstructs=%s, subtractDecoderBias=true"
                            .formatted(config.site(), config.reconstructs()));
        }
        return switch (config.architecture()) {
            case STANDARD -> transcodes ? TRANSCODER : STANDARD;
            case JUMP_RELU, BATCH_TOP_K, MATRYOSHKA_BATCH_TOP_K -> jumpRelu(transcodes);
            case TOP_K -> usesThreshold(config) ? jumpRelu(transcodes) : autoencoder(TOP_K, config);
            case GATED -> autoencoder(GATED, config);
            case IDENTITY, ZERO ->
                    throw new DictionaryException(
                            "SAELens has no such architecture: architecture="
                                    + config.architecture().text());
        };
    }

    private static String jumpRelu(boolean transcodes) {
        return transcodes ? JUMP_RELU_TRANSCODER : JUMP_RELU;
    }

    private static String autoencoder(String name, DictionaryConfig config) {
        if (transcodes(config)) {
            throw new DictionaryException(
                    "SAELens has no such transcoder: architecture=%s, site=%s, reconstructs=%s"
                            .formatted(name, config.site(), config.reconstructs()));
        }
        return name;
    }

    /** Returns the tree of a file. */
    static ObjectNode write(String architecture, DictionaryConfig config) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        boolean transcodes =
                architecture.equals(TRANSCODER) || architecture.equals(JUMP_RELU_TRANSCODER);
        tree.put("d_in", config.inputDim());
        tree.put("d_sae", config.dictionarySize());
        if (transcodes) {
            tree.put("d_out", config.outputDim());
        }
        tree.put("dtype", config.dtype());
        tree.put("device", "cpu");
        tree.put(APPLY_DECODER_BIAS, config.subtractDecoderBias());
        tree.put(NORMALIZE, NONE);
        tree.put(RESHAPE, config.site().kind() == Site.Kind.ATTN_Z ? HEADS : NONE);
        tree.put(ARCHITECTURE, architecture);
        if (architecture.equals(TOP_K)) {
            tree.put("k", config.activeLatents().orElseThrow().k());
            tree.put(RESCALE, false);
        }
        putMetadata(tree.putObject(METADATA), transcodes, config);
        return tree;
    }

    private static void putMetadata(
            ObjectNode metadata, boolean transcodes, DictionaryConfig config) {
        metadata.put("sae_lens_version", VERSION);
        config.lineage().ifPresent(lineage -> metadata.put("model_name", lineage.languageModel()));
        metadata.put(HOOK, TransformerLensHooks.name(config.site()));
        if (transcodes) {
            metadata.put(HOOK_OUT, TransformerLensHooks.name(config.reconstructs()));
        }
        metadata.set(LexicographerConfig.KEY, LexicographerConfig.write(config));
    }
}
