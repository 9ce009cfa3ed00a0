package org.lexicographer.dictionary.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.config.DictionaryConfig;
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
    private static final String NONE = "none";
    private static final String RESCALE = "rescale_acts_by_decoder_norm";
    private static final String HOOK = "hook_name";
    private static final String HOOK_OUT = "hook_name_out";

    /** The first version of this layout; readers go by it. */
    private static final String VERSION = "6.0.0";

    private final JsonNode tree;

    private SaeLensConfig(JsonNode tree) {
        this.tree = tree;
    }

    static SaeLensConfig read(ByteBuffer json) {
        SaeLensConfig config = new SaeLensConfig(OwnConfig.object(FILE, json));
        config.checkSupported();
        return config;
    }

    private void checkSupported() {
        JsonNode normalize = tree.path(NORMALIZE);
        boolean raw =
                normalize.isMissingNode()
                        || normalize.isNull()
                        || normalize.asText().equals(NONE)
                        || (normalize.isBoolean() && !normalize.booleanValue());
        refuse(!raw, NORMALIZE, normalize);
        JsonNode reshape = tree.path(RESHAPE);
        refuse(!reshape.asText(NONE).equals(NONE) && !reshape.isNull(), RESHAPE, reshape);
        refuse(text(HOOK).orElse("").contains("hook_z"), HOOK, meta(HOOK));
        JsonNode function = tree.path("activation_fn_str");
        JsonNode known = function.isMissingNode() ? tree.path("activation_fn") : function;
        String name = known.asText("relu");
        refuse(!name.equals("relu") && !name.equals(TOP_K), "activation_fn", known);
    }

    private static void refuse(boolean unsupported, String field, JsonNode found) {
        if (unsupported) {
            throw new DictionaryException(
                    "SAELens setting not supported: %s=%s".formatted(field, found));
        }
    }

    Optional<DictionaryConfig> own() {
        return OwnConfig.read(tree.path(METADATA)).or(() -> OwnConfig.read(tree));
    }

    Architecture architecture() {
        String name = tree.path(ARCHITECTURE).asText(STANDARD);
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

    private boolean flatTopK() {
        return tree.path("activation_fn_str").asText().equals(TOP_K)
                || tree.path("activation_fn").asText().equals(TOP_K);
    }

    private boolean transcodes() {
        String name = tree.path(ARCHITECTURE).asText(STANDARD);
        return name.equals(TRANSCODER) || name.equals(JUMP_RELU_TRANSCODER);
    }

    /** Transcoders never do; the others do unless the config says otherwise. */
    boolean subtractsDecoderBias() {
        return !transcodes() && tree.path(APPLY_DECODER_BIAS).asBoolean(true);
    }

    int k() {
        JsonNode k = flatTopK() ? tree.at("/activation_fn_kwargs/k") : tree.path("k");
        if (!k.isInt()) {
            throw new DictionaryException("not a whole number: field=k, found=" + k);
        }
        return k.intValue();
    }

    boolean rescalesByDecoderNorm() {
        return tree.path(RESCALE).asBoolean(false);
    }

    void checkSizes(DictionaryShape shape) {
        check("d_in", shape.inputDim());
        check("d_sae", shape.dictionarySize());
        check("d_out", shape.outputDim());
    }

    private void check(String field, int expected) {
        JsonNode found = tree.path(field);
        if (!found.isMissingNode() && !found.isNull() && found.asInt(-1) != expected) {
            throw new DictionaryException(
                    "size mismatch: tensors=%d, %s=%s".formatted(expected, field, found));
        }
    }

    OwnConfig.Sites sites() {
        Optional<Site> site = text(HOOK).or(() -> text("hook_point")).flatMap(SaeLensHooks::site);
        Optional<String> out = text(HOOK_OUT);
        boolean elsewhere = transcodes() || out.isPresent();
        return new OwnConfig.Sites(site, elsewhere ? out.flatMap(SaeLensHooks::site) : site);
    }

    private JsonNode meta(String field) {
        return tree.path(METADATA).hasNonNull(field)
                ? tree.path(METADATA).get(field)
                : tree.path(field);
    }

    private Optional<String> text(String field) {
        return meta(field).isTextual() ? Optional.of(meta(field).textValue()) : Optional.empty();
    }

    /** Tells whether one threshold for all latents decides which are active. */
    static boolean usesThreshold(DictionaryConfig config) {
        return config.activeLatents().filter(ActiveLatents::useThreshold).isPresent();
    }

    /** Tells whether a dictionary reconstructs something else than what it reads. */
    static boolean transcodes(DictionaryConfig config) {
        return config.inputDim() != config.outputDim()
                || !config.site().equals(config.reconstructs());
    }

    /** Returns the name of the architecture, or refuses what has none. */
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
        tree.put(RESHAPE, NONE);
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
        metadata.put(HOOK, SaeLensHooks.name(config.site()));
        if (transcodes) {
            metadata.put(HOOK_OUT, SaeLensHooks.name(config.reconstructs()));
        }
        metadata.set(OwnConfig.KEY, OwnConfig.write(config));
    }
}
