package org.lexicographer.dictionary.exchange.sparsify;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.exchange.folder.FileContent;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.FolderLayout;
import org.lexicographer.dictionary.exchange.folder.LexicographerConfig;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.TensorFiles;
import org.lexicographer.dictionary.exchange.folder.ToolJson;

/**
 * The folder that sparsify saves a sparse coder in: top-k, between activations of one width.
 *
 * <pre>
 *   cfg.json            activation, expansion_factor, normalize_decoder, num_latents, k, multi_topk,
 *                       skip_connection, transcode, d_in
 *   sae.safetensors     encoder.weight (F, D)   encoder.bias (F)   W_dec (F, D)   b_dec (D)
 * </pre>
 *
 * <p>The folder bears the name of the module, {@link SparsifyPlaces}. Autoencoders subtract b_dec
 * from the input, transcoders do not. Refused: other architectures and all else that breaks this;
 * in reading also skip connections, other activations than topk, and signed latents, which an older
 * version had.
 */
public final class SparsifyFormat implements FolderLayout {

    /** The name of the format. */
    public static final String NAME = "sparsify";

    private static final String WEIGHTS_FILE = "sae.safetensors";
    private static final String CONFIG_FILE = "cfg.json";
    private static final String ENCODER_WEIGHT = "encoder.weight";
    private static final String ENCODER_BIAS = "encoder.bias";
    private static final String SKIP_CONNECTION = "skip_connection";
    private static final String TRANSCODE = "transcode";
    private static final String ACTIVATION = "activation";
    private static final String TOP_K = "topk";
    private static final String NUM_LATENTS = "num_latents";
    private static final String INPUT_DIM = "d_in";
    private static final String SIGNED = "signed";
    private static final String HOOKPOINT = "hookpoint";

    /** The names of the tensors that are read, or refused. */
    private static final Set<String> TENSORS =
            Set.of(
                    ENCODER_WEIGHT,
                    ENCODER_BIAS,
                    DictionaryWeights.DECODER_WEIGHT,
                    DictionaryWeights.DECODER_BIAS,
                    "W_skip");

    /** Float32 sums of a few thousand squares of a row that was divided by its norm. */
    private static final double UNIT_TOLERANCE = 1e-4;

    @Override
    public String weightsFile() {
        return WEIGHTS_FILE;
    }

    @Override
    public Optional<String> configFile() {
        return Optional.of(CONFIG_FILE);
    }

    @Override
    public Map<String, FileContent> write(Dictionary dictionary, DictionaryConfig config) {
        checkExpressible(config);
        Map<String, Weight> ours = DictionaryWeights.of(dictionary);
        Map<String, Weight> theirs = new LinkedHashMap<>();
        theirs.put(ENCODER_WEIGHT, ours.get(DictionaryWeights.ENCODER_WEIGHT).transposed());
        theirs.put(ENCODER_BIAS, ours.get(DictionaryWeights.ENCODER_BIAS));
        theirs.put(DictionaryWeights.DECODER_WEIGHT, ours.get(DictionaryWeights.DECODER_WEIGHT));
        theirs.put(DictionaryWeights.DECODER_BIAS, ours.get(DictionaryWeights.DECODER_BIAS));
        boolean unitRows = hasUnitRows(ours.get(DictionaryWeights.DECODER_WEIGHT));
        byte[] json = LexicographerConfig.over(NAME, config, tree(config, unitRows));
        return Map.of(WEIGHTS_FILE, TensorFiles.write(theirs), CONFIG_FILE, out -> out.write(json));
    }

    private static void checkExpressible(DictionaryConfig config) {
        if (config.architecture() != Architecture.TOP_K
                || config.activeLatents().orElseThrow().useThreshold()) {
            throw new DictionaryException(
                    "sparsify has top-k alone: architecture=%s, activeLatents=%s"
                            .formatted(config.architecture().text(), config.activeLatents()));
        }
        if (config.inputDim() != config.outputDim()) {
            throw new DictionaryException(
                    "sparsify has no transcoders between different widths: inputDim=%d, outputDim=%d"
                            .formatted(config.inputDim(), config.outputDim()));
        }
        boolean transcodes = !config.site().equals(config.reconstructs());
        if (transcodes == config.subtractDecoderBias()) {
            throw new DictionaryException(
                    "sparsify subtracts the decoder bias in autoencoders and nowhere else: site=%s, reconstructs=%s, subtractDecoderBias=%s"
                            .formatted(
                                    config.site(),
                                    config.reconstructs(),
                                    config.subtractDecoderBias()));
        }
    }

    private static boolean hasUnitRows(Weight decoder) {
        int width = Math.toIntExact(decoder.shape().getLast());
        for (int start = 0; start < decoder.values().length; start += width) {
            double sum = 0;
            for (int i = start; i < start + width; i++) {
                sum += (double) decoder.values()[i] * decoder.values()[i];
            }
            if (Math.abs(sum - 1) > UNIT_TOLERANCE) {
                return false;
            }
        }
        return true;
    }

    private static ObjectNode tree(DictionaryConfig config, boolean unitRows) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put(ACTIVATION, TOP_K);
        tree.put("expansion_factor", Math.ceilDiv(config.dictionarySize(), config.inputDim()));
        tree.put("normalize_decoder", unitRows);
        tree.put(NUM_LATENTS, config.dictionarySize());
        tree.put("k", config.activeLatents().orElseThrow().k());
        tree.put("multi_topk", false);
        tree.put(SKIP_CONNECTION, false);
        tree.put(TRANSCODE, !config.subtractDecoderBias());
        tree.put(INPUT_DIM, config.inputDim());
        tree.set(LexicographerConfig.KEY, LexicographerConfig.write(config));
        return tree;
    }

    @Override
    public Placement placement(FolderFiles files) {
        JsonNode tree = ToolJson.object(CONFIG_FILE, files.get(CONFIG_FILE));
        checkSupported(tree);
        return LexicographerConfig.placement(
                LexicographerConfig.read(tree), placement(tree, files.path()));
    }

    private static Placement placement(JsonNode tree, String path) {
        boolean transcodes = transcodes(tree);
        return ToolJson.text(tree, HOOKPOINT)
                .map(hookpoint -> SparsifyPlaces.named(hookpoint, transcodes))
                .orElseGet(() -> SparsifyPlaces.ofFolder(path, transcodes));
    }

    private static boolean transcodes(JsonNode tree) {
        return ToolJson.bool(tree, TRANSCODE).orElse(false);
    }

    @Override
    public LoadedDictionary read(NDManager manager, FolderFiles files) {
        JsonNode tree = ToolJson.object(CONFIG_FILE, files.get(CONFIG_FILE));
        checkSupported(tree);
        Map<String, Weight> weights = weights(files.get(WEIGHTS_FILE));
        Optional<DictionaryConfig> own = LexicographerConfig.read(tree);
        ActiveLatents latents = activeLatents(tree, own);
        DictionaryShape shape =
                DictionaryShape.fitting(
                        Architecture.TOP_K, weights, !transcodes(tree), Optional.of(latents));
        checkSize(tree, INPUT_DIM, shape.inputDim());
        checkSize(tree, NUM_LATENTS, shape.dictionarySize());
        return LexicographerConfig.assemble(
                manager, shape, weights, own, placement(tree, files.path()));
    }

    private static void checkSupported(JsonNode tree) {
        boolean supported =
                tree.path(ACTIVATION).asText(TOP_K).equalsIgnoreCase(TOP_K)
                        && !ToolJson.bool(tree, SKIP_CONNECTION).orElse(false)
                        && !ToolJson.bool(tree, SIGNED).orElse(false);
        if (!supported) {
            throw new DictionaryException(
                    "sparsify setting not supported: activation=%s, skip_connection=%s, signed=%s"
                            .formatted(
                                    tree.path(ACTIVATION),
                                    tree.path(SKIP_CONNECTION),
                                    tree.path(SIGNED)));
        }
    }

    private static Map<String, Weight> weights(ByteBuffer bytes) {
        Map<String, Weight> weights = TensorFiles.read(WEIGHTS_FILE, bytes, TENSORS);
        Weight encoder = weights.remove(ENCODER_WEIGHT);
        Weight bias = weights.remove(ENCODER_BIAS);
        if (encoder == null || bias == null) {
            throw new DictionaryException(
                    "tensor missing: expected=%s and %s, file=%s"
                            .formatted(ENCODER_WEIGHT, ENCODER_BIAS, WEIGHTS_FILE));
        }
        weights.put(DictionaryWeights.ENCODER_WEIGHT, encoder.transposed());
        weights.put(DictionaryWeights.ENCODER_BIAS, bias);
        return weights;
    }

    /** The threshold of one of our own dictionaries is in our config alone. */
    private static ActiveLatents activeLatents(JsonNode tree, Optional<DictionaryConfig> own) {
        int k =
                ToolJson.integer(tree, "k")
                        .orElseThrow(
                                () ->
                                        new DictionaryException(
                                                "not a whole number: field=k, found=none"));
        ActiveLatents stored = ActiveLatents.topK(k);
        return own.flatMap(DictionaryConfig::activeLatents)
                .filter(latents -> latents.k() == stored.k() && !latents.useThreshold())
                .orElse(stored);
    }

    /** 0 latents mean the multiple of the width that expansion_factor gives. */
    private static void checkSize(JsonNode tree, String field, int expected) {
        int found = ToolJson.integer(tree, field).orElse(0);
        if (found != 0 && found != expected) {
            throw new DictionaryException(
                    "size mismatch: tensors=%d, %s=%d".formatted(expected, field, found));
        }
    }
}
