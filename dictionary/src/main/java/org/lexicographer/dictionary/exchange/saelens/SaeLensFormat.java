package org.lexicographer.dictionary.exchange.saelens;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
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
import org.lexicographer.dictionary.exchange.folder.DecoderNorms;
import org.lexicographer.dictionary.exchange.folder.FileContent;
import org.lexicographer.dictionary.exchange.folder.FolderFiles;
import org.lexicographer.dictionary.exchange.folder.FolderLayout;
import org.lexicographer.dictionary.exchange.folder.LexicographerConfig;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.folder.Placement;
import org.lexicographer.dictionary.exchange.folder.TensorFiles;

/**
 * The folder that SAELens saves an SAE or transcoder in, as since version 6 or as before; both are
 * read.
 *
 * <pre>
 *   cfg.json                    {@link SaeLensConfig}
 *   sae_weights.safetensors     names and orientations are ours:
 *                                 standard, topk, transcoder            W_enc b_enc W_dec b_dec
 *                                 gated                                 b_gate b_mag r_mag for b_enc
 *                                 jumprelu, jumprelu_transcoder         and threshold
 *   sparsity.safetensors        {@link SaeLensSparsity}; optional, not part of the dictionary
 * </pre>
 *
 * <p>Batch-top-k and Matryoshka dictionaries, and top-k ones that use their threshold, become
 * {@code jumprelu} with the same threshold for every latent, as SAELens itself saves them.
 *
 * <p>Refused in writing: transcoders that subtract b_dec, or are gated or top-k, and before version
 * 6 all transcoders. Refused in reading: anything that dictionaries here do not do, such as
 * normalising at run time, skip connections, or scaling latents after the fact.
 */
public final class SaeLensFormat implements FolderLayout {

    private static final String WEIGHTS_FILE = "sae_weights.safetensors";
    private static final String CONFIG_FILE = "cfg.json";
    private static final String SKIP_WEIGHT = "W_skip";

    /** Version 5 wrote these, at first even where nothing is scaled. */
    private static final List<String> SCALING_FACTORS =
            List.of("scaling_factor", "finetuning_scaling_factor");

    private static final Set<String> TENSORS = tensors();

    private final SaeLensLayout layout;

    /** Reads both layouts and writes one. */
    public SaeLensFormat(SaeLensLayout layout) {
        this.layout = layout;
    }

    /** Returns the names of the tensors that are read, or refused. */
    private static Set<String> tensors() {
        Set<String> names = new HashSet<>(DictionaryWeights.NAMES);
        names.addAll(SCALING_FACTORS);
        names.add(SKIP_WEIGHT);
        return names;
    }

    @Override
    public String weightsFile() {
        return WEIGHTS_FILE;
    }

    @Override
    public Optional<String> configFile() {
        return Optional.of(CONFIG_FILE);
    }

    @Override
    public List<String> files() {
        return List.of(WEIGHTS_FILE, CONFIG_FILE, SaeLensSparsity.FILE);
    }

    @Override
    public Map<String, FileContent> write(Dictionary dictionary, DictionaryConfig config) {
        String architecture = SaeLensConfig.architecture(config);
        byte[] json = config(architecture, config);
        Map<String, Weight> weights = DictionaryWeights.of(dictionary);
        if (SaeLensConfig.usesThreshold(config)) {
            float threshold = config.activeLatents().orElseThrow().threshold();
            weights.put(DictionaryWeights.THRESHOLD, uniform(config.dictionarySize(), threshold));
        }
        return Map.of(
                WEIGHTS_FILE, TensorFiles.write(weights), CONFIG_FILE, out -> out.write(json));
    }

    private byte[] config(String architecture, DictionaryConfig config) {
        return switch (layout) {
            case CURRENT ->
                    LexicographerConfig.over(
                            layout.format(), config, SaeLensConfig.write(architecture, config));
            case FLAT ->
                    LexicographerConfig.over(
                            layout.format(), config, SaeLensFlatConfig.write(architecture, config));
        };
    }

    private static Weight uniform(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return new Weight(List.of((long) size), values);
    }

    @Override
    public Placement placement(FolderFiles files) {
        SaeLensConfig config = SaeLensConfig.read(files.get(CONFIG_FILE));
        return LexicographerConfig.placement(config.own(), config.placement());
    }

    @Override
    public LoadedDictionary read(NDManager manager, FolderFiles files) {
        SaeLensConfig config = SaeLensConfig.read(files.get(CONFIG_FILE));
        Map<String, Weight> weights =
                TensorFiles.read(WEIGHTS_FILE, files.get(WEIGHTS_FILE), TENSORS);
        dropScalingByOne(weights);
        if (config.rescalesByDecoderNorm()) {
            // It chooses by a |w|, and returns that as the latents.
            DecoderNorms.moveToEncoder(weights);
        }
        Optional<DictionaryConfig> own = config.own();
        DictionaryShape shape =
                own.filter(SaeLensConfig::usesThreshold)
                        .map(known -> uniformThreshold(known, config, weights))
                        .orElseGet(() -> shape(config, weights));
        config.checkSizes(shape);
        return LexicographerConfig.assemble(manager, shape, weights, own, config.placement());
    }

    private static DictionaryShape shape(SaeLensConfig config, Map<String, Weight> weights) {
        Architecture architecture = config.architecture();
        Optional<ActiveLatents> latents =
                architecture == Architecture.TOP_K
                        ? Optional.of(activeLatents(config))
                        : Optional.empty();
        return DictionaryShape.fitting(
                architecture, weights, config.subtractsDecoderBias(), latents);
    }

    /** The threshold of one of our own top-k dictionaries is in our config alone. */
    private static ActiveLatents activeLatents(SaeLensConfig config) {
        ActiveLatents stored = ActiveLatents.topK(config.k());
        return config.own()
                .flatMap(DictionaryConfig::activeLatents)
                .filter(own -> own.k() == stored.k() && !own.useThreshold())
                .orElse(stored);
    }

    /** Restores a dictionary that was written with the same threshold for every latent. */
    private static DictionaryShape uniformThreshold(
            DictionaryConfig own, SaeLensConfig config, Map<String, Weight> weights) {
        ActiveLatents latents = own.activeLatents().orElseThrow();
        Weight threshold = weights.remove(DictionaryWeights.THRESHOLD);
        if (config.architecture() != Architecture.JUMP_RELU || threshold == null) {
            throw new DictionaryException(
                    "threshold missing: architecture=" + own.architecture().text());
        }
        for (float value : threshold.values()) {
            if (value != latents.threshold()) {
                throw new DictionaryException(
                        "threshold mismatch: expected=%s, found=%s"
                                .formatted(latents.threshold(), value));
            }
        }
        return DictionaryShape.fitting(
                own.architecture(), weights, config.subtractsDecoderBias(), own.activeLatents());
    }

    private static void dropScalingByOne(Map<String, Weight> weights) {
        for (String name : SCALING_FACTORS) {
            Weight factor = weights.remove(name);
            if (factor == null) {
                continue;
            }
            for (float value : factor.values()) {
                if (value != 1) {
                    throw new DictionaryException(
                            "latents scaled after the fact are not supported: tensor=" + name);
                }
            }
        }
    }
}
