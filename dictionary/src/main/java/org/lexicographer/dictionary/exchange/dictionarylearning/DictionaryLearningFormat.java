package org.lexicographer.dictionary.exchange.dictionarylearning;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.lexicographer.dictionary.ActiveLatents;
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
import org.lexicographer.dictionary.torch.TorchFile;
import org.lexicographer.dictionary.torch.TorchTensor;

/**
 * The folder that dictionary_learning saves a trained dictionary in.
 *
 * <pre>
 *   ae.pt          the state dict of one of the classes of {@link DictionaryLearningClass}, and
 *                    k () int32, threshold () float32     top-k family
 *                    group_sizes (G) int64                MatryoshkaBatchTopKSAE
 *   config.json    trainer: dict_class, activation_dim, dict_size, k, layer, submodule_name, ...
 *                  buffer: d_submodule, io; absent where the site has no name there
 * </pre>
 *
 * <p>Weights are taken as they are stored. (The loader of AutoEncoder there can bring decoder
 * columns to norm 1 and scale latents instead, {@code normalize_decoder}; that is an option of the
 * reader, not of the file.) Without config.json the class is told from the tensors, except that
 * AutoEncoderTopK and BatchTopKSAE look the same.
 *
 * <p>Refused: input and output of different widths; a decoder bias that is subtracted where the
 * class never does, or the other way round; a top-k dictionary that uses its threshold.
 */
public final class DictionaryLearningFormat implements FolderLayout {

    /** The name of the format. */
    public static final String NAME = "dictionary_learning";

    private static final String WEIGHTS_FILE = "ae.pt";
    private static final String CONFIG_FILE = "config.json";
    private static final int MANY = Integer.MAX_VALUE;

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
        DictionaryLearningClass type = typeOf(config);
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        Map<String, Weight> weights = DictionaryWeights.of(dictionary);
        type.tensorNames()
                .forEach(
                        (ours, theirs) -> {
                            Weight turned = type.turned(ours, weights.remove(ours));
                            tensors.put(theirs, TorchTensor.of(turned.shape(), turned.values()));
                        });
        config.activeLatents().ifPresent(latents -> addSettings(tensors, latents));
        byte[] json = DictionaryLearningConfig.write(type, config);
        return Map.of(
                WEIGHTS_FILE,
                out -> TorchFile.write(tensors, out),
                CONFIG_FILE,
                out -> out.write(json));
    }

    private static DictionaryLearningClass typeOf(DictionaryConfig config) {
        if (config.inputDim() != config.outputDim()) {
            throw new DictionaryException(
                    "dictionary_learning has no dictionaries between different widths: inputDim=%d, outputDim=%d"
                            .formatted(config.inputDim(), config.outputDim()));
        }
        Optional<DictionaryLearningClass> type =
                DictionaryLearningClass.of(config.architecture(), config.subtractDecoderBias());
        if (type.isEmpty()) {
            throw new DictionaryException(
                    "dictionary_learning has no such class: architecture=%s, subtractDecoderBias=%s"
                            .formatted(config.architecture().text(), config.subtractDecoderBias()));
        }
        if (type.get() == DictionaryLearningClass.TOP_K
                && config.activeLatents().orElseThrow().useThreshold()) {
            throw new DictionaryException(
                    "dictionary_learning's AutoEncoderTopK counts by default: useThreshold=true");
        }
        return type.get();
    }

    private static void addSettings(Map<String, TorchTensor> tensors, ActiveLatents latents) {
        tensors.put(DictionaryLearningClass.K, TorchTensor.of(latents.k()));
        tensors.put(
                DictionaryLearningClass.THRESHOLD,
                TorchTensor.of(List.of(), new float[] {latents.threshold()}));
        if (!latents.groupSizes().isEmpty()) {
            List<Long> sizes = latents.groupSizes().stream().map(Integer::longValue).toList();
            tensors.put(DictionaryLearningClass.GROUP_SIZES, TorchTensor.ofLongs(sizes));
        }
    }

    @Override
    public Placement placement(FolderFiles files) {
        DictionaryLearningConfig config = DictionaryLearningConfig.read(files.find(CONFIG_FILE));
        return LexicographerConfig.placement(config.own(), config.placement(files.path()));
    }

    @Override
    public LoadedDictionary read(NDManager manager, FolderFiles files) {
        Map<String, TorchTensor> tensors =
                TorchFile.read(files.get(WEIGHTS_FILE), files.maxUnpackedBytes());
        DictionaryLearningConfig config = DictionaryLearningConfig.read(files.find(CONFIG_FILE));
        DictionaryLearningClass type =
                config.dictionaryClass()
                        .orElseGet(() -> DictionaryLearningClass.having(tensors.keySet()));
        checkNames(type, tensors.keySet());
        Map<String, Weight> weights = weights(type, tensors);
        DictionaryShape shape = shape(type, weights, activeLatents(type, tensors, config));
        config.checkSizes(shape);
        return LexicographerConfig.assemble(
                manager, shape, weights, config.own(), config.placement(files.path()));
    }

    /**
     * Refuses a file that lacks a weight, or has one of another class; k and threshold are missing
     * in files of older versions. Tensors that no class has are passed over.
     */
    private static void checkNames(DictionaryLearningClass type, Set<String> found) {
        Set<String> expected = new LinkedHashSet<>(type.tensorNames().values());
        Set<String> allowed = new LinkedHashSet<>(expected);
        if (type.hasK()) {
            allowed.addAll(List.of(DictionaryLearningClass.K, DictionaryLearningClass.THRESHOLD));
        }
        if (type == DictionaryLearningClass.MATRYOSHKA) {
            allowed.add(DictionaryLearningClass.GROUP_SIZES);
        }
        Set<String> known = new LinkedHashSet<>(found);
        known.retainAll(DictionaryLearningClass.allNames());
        if (!known.containsAll(expected) || !allowed.containsAll(known)) {
            throw new DictionaryException(
                    "tensor names mismatch: expected=%s, found=%s, class=%s"
                            .formatted(allowed, found, type.className()));
        }
    }

    private static Map<String, Weight> weights(
            DictionaryLearningClass type, Map<String, TorchTensor> tensors) {
        return type.weights(
                name ->
                        new Weight(tensors.get(name).shape(), tensors.get(name).floats())
                                .checkedFinite(name));
    }

    private static DictionaryShape shape(
            DictionaryLearningClass type,
            Map<String, Weight> weights,
            Optional<ActiveLatents> latents) {
        return DictionaryShape.fitting(
                type.architecture(), weights, type.subtractsDecoderBias(), latents);
    }

    private static Optional<ActiveLatents> activeLatents(
            DictionaryLearningClass type,
            Map<String, TorchTensor> tensors,
            DictionaryLearningConfig config) {
        if (!type.hasK()) {
            return Optional.empty();
        }
        int k = k(tensors, config);
        boolean useThreshold = type != DictionaryLearningClass.TOP_K;
        float threshold = threshold(tensors, useThreshold);
        return Optional.of(new ActiveLatents(k, threshold, useThreshold, groupSizes(tensors)));
    }

    private static int k(Map<String, TorchTensor> tensors, DictionaryLearningConfig config) {
        Optional<Integer> stored =
                Optional.ofNullable(tensors.get(DictionaryLearningClass.K))
                        .map(
                                it ->
                                        Math.clamp(
                                                single(DictionaryLearningClass.K, it).longs()[0],
                                                0,
                                                MANY));
        Optional<Integer> configured = config.k();
        if (stored.isPresent() && configured.isPresent() && !stored.equals(configured)) {
            throw new DictionaryException(
                    "k mismatch: %s=%d, %s=%d"
                            .formatted(WEIGHTS_FILE, stored.get(), CONFIG_FILE, configured.get()));
        }
        return stored.or(() -> configured)
                .orElseThrow(() -> new DictionaryException("k missing: files say nothing of it"));
    }

    private static float threshold(Map<String, TorchTensor> tensors, boolean needed) {
        TorchTensor threshold = tensors.get(DictionaryLearningClass.THRESHOLD);
        if (threshold != null) {
            return single(DictionaryLearningClass.THRESHOLD, threshold).floats()[0];
        }
        if (needed) {
            throw new DictionaryException("threshold missing: the class decides by it");
        }
        return ActiveLatents.NO_THRESHOLD;
    }

    private static TorchTensor single(String name, TorchTensor tensor) {
        if (tensor.elements() != 1) {
            throw new DictionaryException(
                    "tensor mismatch: expected=one number, found=%s, tensor=%s"
                            .formatted(tensor.shape(), name));
        }
        return tensor;
    }

    private static List<Integer> groupSizes(Map<String, TorchTensor> tensors) {
        TorchTensor sizes = tensors.get(DictionaryLearningClass.GROUP_SIZES);
        return sizes == null
                ? List.of()
                : LongStream.of(sizes.longs()).mapToObj(it -> Math.clamp(it, 0, MANY)).toList();
    }
}
