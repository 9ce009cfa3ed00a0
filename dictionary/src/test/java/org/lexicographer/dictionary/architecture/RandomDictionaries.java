package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Weight;

/** Makes small dictionaries of every architecture, with weights from a seed. */
public final class RandomDictionaries {

    public static final int DIM = 6;
    public static final int SIZE = 24;

    /** Large enough that it decides for many of the latents drawn here. */
    private static final float THRESHOLD = 0.75f;

    private RandomDictionaries() {}

    public static List<Architecture> architectures() {
        return List.of(
                Architecture.STANDARD,
                Architecture.GATED,
                Architecture.TOP_K,
                Architecture.BATCH_TOP_K,
                Architecture.JUMP_RELU,
                Architecture.MATRYOSHKA_BATCH_TOP_K);
    }

    public static Dictionary of(NDManager manager, Architecture architecture, boolean tied) {
        return of(manager, architecture, DIM, tied);
    }

    public static Dictionary of(
            NDManager manager, Architecture architecture, int outputDim, boolean tied) {
        DictionaryShape shape =
                new DictionaryShape(
                        architecture, DIM, outputDim, SIZE, tied, activeLatents(architecture));
        return DictionaryWeights.assemble(manager, shape, weights(architecture, outputDim));
    }

    private static Optional<ActiveLatents> activeLatents(Architecture architecture) {
        return switch (architecture) {
            case TOP_K -> Optional.of(new ActiveLatents(3, THRESHOLD, false, List.of()));
            case BATCH_TOP_K -> Optional.of(ActiveLatents.above(THRESHOLD, 3));
            case MATRYOSHKA_BATCH_TOP_K ->
                    Optional.of(ActiveLatents.grouped(THRESHOLD, 3, List.of(4, 8, 12)));
            case STANDARD, GATED, JUMP_RELU, IDENTITY, ZERO -> Optional.empty();
        };
    }

    private static Map<String, Weight> weights(Architecture architecture, int outputDim) {
        Random random = new Random(architecture.ordinal());
        Map<String, Weight> weights = new LinkedHashMap<>();
        weights.put(DictionaryWeights.ENCODER_WEIGHT, weight(random, DIM, SIZE));
        weights.put(DictionaryWeights.DECODER_WEIGHT, weight(random, SIZE, outputDim));
        weights.put(DictionaryWeights.DECODER_BIAS, weight(random, outputDim));
        if (architecture == Architecture.GATED) {
            weights.put(DictionaryWeights.MAGNITUDE_SCALE, weight(random, SIZE));
            weights.put(DictionaryWeights.GATE_BIAS, weight(random, SIZE));
            weights.put(DictionaryWeights.MAGNITUDE_BIAS, weight(random, SIZE));
        } else {
            weights.put(DictionaryWeights.ENCODER_BIAS, weight(random, SIZE));
        }
        if (architecture == Architecture.JUMP_RELU) {
            weights.put(DictionaryWeights.THRESHOLD, weight(random, SIZE));
        }
        return weights;
    }

    public static Weight weight(Random random, long... shape) {
        long size = 1;
        for (long dimension : shape) {
            size *= dimension;
        }
        float[] values = new float[(int) size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        List<Long> dimensions = Arrays.stream(shape).boxed().toList();
        return new Weight(dimensions, values);
    }
}
