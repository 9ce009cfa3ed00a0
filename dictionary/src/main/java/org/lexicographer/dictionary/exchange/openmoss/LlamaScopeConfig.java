package org.lexicographer.dictionary.exchange.openmoss;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.ToolJson;
import org.lexicographer.dictionary.exchange.folder.TransformerLensHooks;
import org.lexicographer.pipeline.Site;

/**
 * The {@code hyperparams.json} of a dictionary of OpenMOSS: hook_point_in, hook_point_out, d_model,
 * d_sae, act_fn, jump_relu_threshold, top_k, norm_activation, dataset_average_activation_norm and
 * more; what is missing has the tool's default.
 */
final class LlamaScopeConfig {

    static final String FILE = "hyperparams.json";

    private static final String ACTIVATION = "act_fn";
    private static final String THRESHOLD = "jump_relu_threshold";
    private static final String NORM = "norm_activation";
    private static final String NORMS = "dataset_average_activation_norm";
    private static final String HOOK_IN = "hook_point_in";
    private static final String HOOK_OUT = "hook_point_out";

    private final JsonNode tree;

    private LlamaScopeConfig(JsonNode tree) {
        this.tree = tree;
    }

    /**
     * Reads the file.
     *
     * @throws DictionaryException when it says something that dictionaries here cannot do
     */
    static LlamaScopeConfig read(ByteBuffer json) {
        LlamaScopeConfig config = new LlamaScopeConfig(ToolJson.object(FILE, json));
        if (ToolJson.bool(config.tree, "use_glu_encoder").orElse(false)) {
            throw notSupported("use_glu_encoder", config.tree.path("use_glu_encoder"));
        }
        return config;
    }

    private static DictionaryException notSupported(String field, JsonNode found) {
        return new DictionaryException(
                "setting of hyperparams.json not supported: %s=%s".formatted(field, found));
    }

    /** Returns where it belongs; a hook that is no site of ours is refused. */
    Placement placement() {
        Optional<Site> reads = site(HOOK_IN);
        Optional<Site> reconstructs = site(HOOK_OUT).or(() -> reads);
        return reads.map(site -> Placement.of(site, reconstructs.orElse(site)))
                .orElse(Placement.UNSAID);
    }

    private Optional<Site> site(String field) {
        return ToolJson.text(tree, field).map(hook -> TransformerLensHooks.site(field, hook));
    }

    /** The tool says that it uses the threshold of a top-k dictionary, and uses k. */
    Architecture architecture() {
        String function = ToolJson.text(tree, ACTIVATION).orElse("relu").toLowerCase();
        return switch (function) {
            case "relu" -> Architecture.STANDARD;
            case "jumprelu" -> Architecture.JUMP_RELU;
            case "topk" -> {
                if (threshold() > 0) {
                    throw notSupported("act_fn=topk, " + THRESHOLD, tree.path(THRESHOLD));
                }
                yield Architecture.TOP_K;
            }
            default -> throw notSupported(ACTIVATION, tree.path(ACTIVATION));
        };
    }

    /** Returns how many are active, for top-k alone. */
    Optional<ActiveLatents> activeLatents() {
        return architecture() == Architecture.TOP_K
                ? Optional.of(ActiveLatents.topK(ToolJson.integer(tree, "top_k").orElse(50)))
                : Optional.empty();
    }

    /** Returns the one threshold of all latents, in their units after {@link #scale}. */
    float threshold() {
        JsonNode node = tree.path(THRESHOLD);
        double threshold = node.isMissingNode() || node.isNull() ? 0 : node.doubleValue();
        boolean number = node.isMissingNode() || node.isNull() || node.isNumber();
        if (!number || !(threshold >= 0) || !Float.isFinite((float) threshold)) {
            throw new DictionaryException(
                    "threshold must be finite and not negative: %s=%s".formatted(THRESHOLD, node));
        }
        return (float) threshold;
    }

    /** Tells whether latents are multiplied by the norms of their decoder columns. */
    boolean includesDecoderNorm() {
        return ToolJson.bool(tree, "sparsity_include_decoder_norm").orElse(true);
    }

    boolean subtractsDecoderBias() {
        return hasDecoderBias()
                && ToolJson.bool(tree, "apply_decoder_bias_to_pre_encoder").orElse(true);
    }

    boolean hasDecoderBias() {
        return ToolJson.bool(tree, "use_decoder_bias").orElse(true);
    }

    /**
     * Returns the factor by which activations were multiplied for training: the root of the width
     * over the mean norm in the dataset, or 1.
     *
     * @param side in or out
     */
    double scale(String side, int width) {
        String norm = ToolJson.text(tree, NORM).orElse("token-wise");
        return switch (norm) {
            case "none", "inference" -> 1;
            case "dataset-wise" -> Math.sqrt(width) / average(side);
            default -> throw notSupported(NORM, tree.path(NORM));
        };
    }

    private double average(String side) {
        JsonNode average = tree.path(NORMS).path(side);
        if (!average.isNumber()
                || !(average.doubleValue() > 0)
                || !Double.isFinite(average.doubleValue())) {
            throw new DictionaryException(
                    "norm must be finite and positive: %s.%s=%s".formatted(NORMS, side, average));
        }
        return average.doubleValue();
    }

    void checkSizes(DictionaryShape shape) {
        check("d_model", shape.inputDim());
        check("d_model", shape.outputDim());
        check("d_sae", shape.dictionarySize());
    }

    private void check(String field, int expected) {
        Optional<Integer> found = ToolJson.integer(tree, field);
        if (found.filter(size -> size != expected).isPresent()) {
            throw new DictionaryException(
                    "size mismatch: tensors=%d, %s=%d".formatted(expected, field, found.get()));
        }
    }
}
