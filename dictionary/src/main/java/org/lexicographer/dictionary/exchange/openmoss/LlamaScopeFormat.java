package org.lexicographer.dictionary.exchange.openmoss;

import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.exchange.folder.DecoderNorms;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.FolderLayout;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.TensorFiles;

/**
 * The folder of a dictionary of Llama Scope, as OpenMOSS's Language-Model-SAEs saved it in 2024.
 * Read, not written.
 *
 * <pre>
 *   hyperparams.json                {@link LlamaScopeConfig}
 *   checkpoints/final.safetensors   encoder.weight (F, D)   encoder.bias (F)
 *                                   decoder.weight (D, F)   decoder.bias (D)
 * </pre>
 *
 * <p>Weights take normalised activations, x n with n = sqrt(D) / (mean norm), and the threshold is
 * in units of raw ones. Reading does what the tool's own loader does, so that what comes out takes
 * raw activations: b_enc / n_in, b_dec / n_out, W_dec n_in / n_out, and then, where the sparsity
 * includes decoder norms |w|, W_enc |w|, b_enc |w| and W_dec / |w|. It computes z = x W_enc +
 * b_enc, f = z 1[z &gt; threshold], x^ = f W_dec + b_dec. SAELens scales the threshold instead of
 * the weights and leaves |w| out: its latents are n_in times these, with the same reconstruction,
 * where |w| is 1. Source: lm_saes/sae.py, from_config, December 2024.
 *
 * <p>Refused: gated linear encoders, normalisation by token or batch, and transcoders that read
 * before the gain of a norm ({@code ln2.hook_normalized}), which is no site here.
 */
public final class LlamaScopeFormat implements FolderLayout {

    /** The name of the format. */
    public static final String NAME = "llama-scope";

    private static final String WEIGHTS_FILE = "checkpoints/final.safetensors";
    private static final String ENCODER_WEIGHT = "encoder.weight";
    private static final String ENCODER_BIAS = "encoder.bias";
    private static final String DECODER_WEIGHT = "decoder.weight";
    private static final String DECODER_BIAS = "decoder.bias";

    @Override
    public String weightsFile() {
        return WEIGHTS_FILE;
    }

    @Override
    public Optional<String> configFile() {
        return Optional.of(LlamaScopeConfig.FILE);
    }

    @Override
    public Placement placement(FolderFiles files) {
        return LlamaScopeConfig.read(files.get(LlamaScopeConfig.FILE)).placement();
    }

    @Override
    public LoadedDictionary read(NDManager manager, FolderFiles files) {
        LlamaScopeConfig config = LlamaScopeConfig.read(files.get(LlamaScopeConfig.FILE));
        Placement placement = config.placement();
        Map<String, Weight> weights = weights(files.get(WEIGHTS_FILE), config);
        DictionaryShape shape =
                DictionaryShape.fitting(
                        config.architecture(),
                        weights,
                        config.subtractsDecoderBias(),
                        config.activeLatents());
        config.checkSizes(shape);
        takeRawActivations(weights, shape, config);
        if (config.includesDecoderNorm()) {
            DecoderNorms.moveToEncoder(weights);
        }
        if (config.architecture() == Architecture.JUMP_RELU) {
            weights.put(
                    DictionaryWeights.THRESHOLD,
                    uniform(shape.dictionarySize(), config.threshold()));
        }
        return LoadedDictionary.of(DictionaryWeights.assemble(manager, shape, weights), placement);
    }

    private static Map<String, Weight> weights(ByteBuffer bytes, LlamaScopeConfig config) {
        Set<String> wanted = Set.of(ENCODER_WEIGHT, ENCODER_BIAS, DECODER_WEIGHT, DECODER_BIAS);
        Map<String, Weight> theirs = TensorFiles.read(WEIGHTS_FILE, bytes, wanted);
        Map<String, Weight> ours = new LinkedHashMap<>();
        Weight decoder = needed(theirs, DECODER_WEIGHT);
        ours.put(DictionaryWeights.DECODER_WEIGHT, decoder.transposed());
        ours.put(DictionaryWeights.ENCODER_WEIGHT, needed(theirs, ENCODER_WEIGHT).transposed());
        ours.put(DictionaryWeights.ENCODER_BIAS, needed(theirs, ENCODER_BIAS));
        ours.put(
                DictionaryWeights.DECODER_BIAS,
                config.hasDecoderBias()
                        ? needed(theirs, DECODER_BIAS)
                        : uniform(Math.toIntExact(decoder.shape().getFirst()), 0));
        return ours;
    }

    private static Weight needed(Map<String, Weight> weights, String name) {
        return Optional.ofNullable(weights.get(name))
                .orElseThrow(
                        () ->
                                new DictionaryException(
                                        "tensor missing: expected=%s, found=%s, file=%s"
                                                .formatted(name, weights.keySet(), WEIGHTS_FILE)));
    }

    private static void takeRawActivations(
            Map<String, Weight> weights, DictionaryShape shape, LlamaScopeConfig config) {
        double in = config.scale("in", shape.inputDim());
        double out = config.scale("out", shape.outputDim());
        multiply(weights.get(DictionaryWeights.ENCODER_BIAS), 1 / in);
        multiply(weights.get(DictionaryWeights.DECODER_BIAS), 1 / out);
        multiply(weights.get(DictionaryWeights.DECODER_WEIGHT), in / out);
    }

    private static void multiply(Weight weight, double factor) {
        float[] values = weight.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * factor);
        }
    }

    private static Weight uniform(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return new Weight(List.of((long) size), values);
    }
}
