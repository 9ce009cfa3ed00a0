package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.config.DictionaryConfig;

/**
 * The folder that sparsify saves a sparse coder in: top-k, between activations of one width.
 *
 * <pre>
 *   cfg.json            activation, expansion_factor, normalize_decoder, num_latents, k, multi_topk,
 *                       skip_connection, transcode, d_in
 *   sae.safetensors     encoder.weight (F, D)   encoder.bias (F)   W_dec (F, D)   b_dec (D)
 * </pre>
 *
 * <p>Autoencoders subtract b_dec from the input, transcoders do not. Refused: other architectures
 * and all else that breaks this; in reading also skip connections, other activations than topk, and
 * signed latents, which an older version had.
 */
final class SparsifyFormat implements FolderLayout {

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

    /** Float32 sums of a few thousand squares of a row that was divided by its norm. */
    private static final double UNIT_TOLERANCE = 1e-4;

    @Override
    public String weightsFile() {
        return WEIGHTS_FILE;
    }

    @Override
    public String configFile() {
        return CONFIG_FILE;
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
        byte[] json = OwnConfig.over(FolderFormat.SPARSIFY.text(), config, tree(config, unitRows));
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
        tree.set(OwnConfig.KEY, OwnConfig.write(config));
        return tree;
    }

    @Override
    public LoadedDictionary read(NDManager manager, Map<String, ByteBuffer> files) {
        JsonNode tree = OwnConfig.object(CONFIG_FILE, files.get(CONFIG_FILE));
        checkSupported(tree);
        Map<String, Weight> weights = weights(files.get(WEIGHTS_FILE));
        Optional<DictionaryConfig> own = OwnConfig.read(tree);
        ActiveLatents latents = activeLatents(tree, own);
        boolean subtracts = !tree.path(TRANSCODE).asBoolean(false);
        DictionaryShape shape =
                DictionaryShape.fitting(
                        Architecture.TOP_K, weights, subtracts, Optional.of(latents));
        checkSize(tree, INPUT_DIM, shape.inputDim());
        checkSize(tree, NUM_LATENTS, shape.dictionarySize());
        return OwnConfig.assemble(
                manager,
                shape,
                weights,
                own,
                new OwnConfig.Sites(Optional.empty(), Optional.empty()));
    }

    private static void checkSupported(JsonNode tree) {
        boolean supported =
                tree.path(ACTIVATION).asText(TOP_K).equals(TOP_K)
                        && !tree.path(SKIP_CONNECTION).asBoolean(false)
                        && !tree.path("signed").asBoolean(false);
        if (!supported) {
            throw new DictionaryException(
                    "sparsify setting not supported: activation=%s, skip_connection=%s, signed=%s"
                            .formatted(
                                    tree.path(ACTIVATION),
                                    tree.path(SKIP_CONNECTION),
                                    tree.path("signed")));
        }
    }

    private static Map<String, Weight> weights(ByteBuffer bytes) {
        Map<String, Weight> weights = TensorFiles.read(WEIGHTS_FILE, bytes);
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
        JsonNode k = tree.path("k");
        if (!k.isInt()) {
            throw new DictionaryException("not a whole number: field=k, found=" + k);
        }
        ActiveLatents stored = ActiveLatents.topK(k.intValue());
        return own.flatMap(DictionaryConfig::activeLatents)
                .filter(latents -> latents.k() == stored.k() && !latents.useThreshold())
                .orElse(stored);
    }

    /** 0 latents mean the multiple of the width that expansion_factor gives. */
    private static void checkSize(JsonNode tree, String field, int expected) {
        int found = tree.path(field).asInt(0);
        if (found != 0 && found != expected) {
            throw new DictionaryException(
                    "size mismatch: tensors=%d, %s=%d".formatted(expected, field, found));
        }
    }
}
