package org.lexicographer.dictionary.exchange;

import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
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
import org.lexicographer.dictionary.torch.TorchFile;
import org.lexicographer.dictionary.torch.TorchTensor;

/**
 * The folder that dictionary_learning saves a trained dictionary in.
 *
 * <pre>
 *   ae.pt          the state dict of one of the classes of {@link DictionaryClass}, and
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
final class DictionaryLearningFormat implements FolderLayout {

    private static final String WEIGHTS_FILE = "ae.pt";
    private static final String CONFIG_FILE = "config.json";
    private static final int MANY = Integer.MAX_VALUE;

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
        DictionaryClass type = typeOf(config);
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

    private static DictionaryClass typeOf(DictionaryConfig config) {
        if (config.inputDim() != config.outputDim()) {
            throw new DictionaryException(
                    "dictionary_learning has no dictionaries between different widths: inputDim=%d, outputDim=%d"
                            .formatted(config.inputDim(), config.outputDim()));
        }
        Optional<DictionaryClass> type =
                DictionaryClass.of(config.architecture(), config.subtractDecoderBias());
        if (type.isEmpty()) {
            throw new DictionaryException(
                    "dictionary_learning has no such class: architecture=%s, subtractDecoderBias=%s"
                            .formatted(config.architecture().text(), config.subtractDecoderBias()));
        }
        if (type.get() == DictionaryClass.TOP_K
                && config.activeLatents().orElseThrow().useThreshold()) {
            throw new DictionaryException(
                    "dictionary_learning's AutoEncoderTopK counts by default: useThreshold=true");
        }
        return type.get();
    }

    private static void addSettings(Map<String, TorchTensor> tensors, ActiveLatents latents) {
        tensors.put(DictionaryClass.K, TorchTensor.of(latents.k()));
        tensors.put(
                DictionaryClass.THRESHOLD,
                TorchTensor.of(List.of(), new float[] {latents.threshold()}));
        if (!latents.groupSizes().isEmpty()) {
            List<Long> sizes = latents.groupSizes().stream().map(Integer::longValue).toList();
            tensors.put(DictionaryClass.GROUP_SIZES, TorchTensor.ofLongs(sizes));
        }
    }

    @Override
    public LoadedDictionary read(NDManager manager, Map<String, ByteBuffer> files) {
        Map<String, TorchTensor> tensors = TorchFile.read(files.get(WEIGHTS_FILE));
        DictionaryLearningConfig config = DictionaryLearningConfig.read(files.get(CONFIG_FILE));
        DictionaryClass type =
                config.dictionaryClass().orElseGet(() -> DictionaryClass.having(tensors.keySet()));
        checkNames(type, tensors.keySet());
        Map<String, Weight> weights = weights(type, tensors);
        DictionaryShape shape = shape(type, weights, activeLatents(type, tensors, config));
        config.checkSizes(shape);
        return OwnConfig.assemble(manager, shape, weights, config.own(), config.sites());
    }

    /** k and threshold are missing in files of older versions. */
    private static void checkNames(DictionaryClass type, Set<String> found) {
        Set<String> expected = new LinkedHashSet<>(type.tensorNames().values());
        Set<String> allowed = new LinkedHashSet<>(expected);
        if (type.hasK()) {
            allowed.addAll(List.of(DictionaryClass.K, DictionaryClass.THRESHOLD));
        }
        if (type == DictionaryClass.MATRYOSHKA) {
            allowed.add(DictionaryClass.GROUP_SIZES);
        }
        if (!found.containsAll(expected) || !allowed.containsAll(found)) {
            throw new DictionaryException(
                    "tensor names mismatch: expected=%s, found=%s, class=%s"
                            .formatted(allowed, found, type.className()));
        }
    }

    private static Map<String, Weight> weights(
            DictionaryClass type, Map<String, TorchTensor> tensors) {
        return type.weights(
                name -> new Weight(tensors.get(name).shape(), tensors.get(name).floats()));
    }

    private static DictionaryShape shape(
            DictionaryClass type, Map<String, Weight> weights, Optional<ActiveLatents> latents) {
        return DictionaryShape.fitting(
                type.architecture(), weights, type.subtractsDecoderBias(), latents);
    }

    private static Optional<ActiveLatents> activeLatents(
            DictionaryClass type,
            Map<String, TorchTensor> tensors,
            DictionaryLearningConfig config) {
        if (!type.hasK()) {
            return Optional.empty();
        }
        int k = k(tensors, config);
        boolean useThreshold = type != DictionaryClass.TOP_K;
        float threshold = threshold(tensors, useThreshold);
        return Optional.of(new ActiveLatents(k, threshold, useThreshold, groupSizes(tensors)));
    }

    private static int k(Map<String, TorchTensor> tensors, DictionaryLearningConfig config) {
        Optional<Integer> stored =
                Optional.ofNullable(tensors.get(DictionaryClass.K))
                        .map(it -> Math.clamp(single(DictionaryClass.K, it).longs()[0], 0, MANY));
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
        TorchTensor threshold = tensors.get(DictionaryClass.THRESHOLD);
        if (threshold != null) {
            return single(DictionaryClass.THRESHOLD, threshold).floats()[0];
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
        TorchTensor sizes = tensors.get(DictionaryClass.GROUP_SIZES);
        return sizes == null
                ? List.of()
                : LongStream.of(sizes.longs()).mapToObj(it -> Math.clamp(it, 0, MANY)).toList();
    }
}
