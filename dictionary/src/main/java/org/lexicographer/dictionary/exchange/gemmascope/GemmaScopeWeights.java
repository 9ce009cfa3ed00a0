package org.lexicographer.dictionary.exchange.gemmascope;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.folder.Placement;

/**
 * The arrays of Gemma Scope: {@code W_enc} (D, F), {@code b_enc} (F), {@code threshold} (F), {@code
 * W_dec} (F, D) and {@code b_dec} (D), where W may be a small letter. What they compute is p = x
 * W_enc + b_enc, f = ReLU(p) 1[p &gt; threshold], x^ = f W_dec + b_dec. Source: Lieberum et al., <a
 * href="https://arxiv.org/abs/2408.05147">Gemma Scope</a> (2024), section 2.
 */
final class GemmaScopeWeights {

    private static final String SCALING_FACTOR = "scaling_factor";
    private static final String SKIP = "affine_skip_connection";

    /** The names that are read, or refused. */
    static final Set<String> NAMES =
            Set.of(
                    "W_enc",
                    "w_enc",
                    "W_dec",
                    "w_dec",
                    DictionaryWeights.ENCODER_BIAS,
                    DictionaryWeights.DECODER_BIAS,
                    DictionaryWeights.THRESHOLD,
                    SCALING_FACTOR,
                    SKIP);

    private GemmaScopeWeights() {}

    /**
     * Builds the dictionary.
     *
     * @throws DictionaryException when the arrays are others
     */
    static LoadedDictionary assemble(
            NDManager manager, Map<String, Weight> found, Placement placement) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        found.forEach((name, weight) -> put(weights, name, weight));
        refuse(weights.containsKey(SKIP), "skip connections are not supported", SKIP);
        Weight factor = weights.remove(SCALING_FACTOR);
        refuse(
                factor != null && !allOnes(factor),
                "latents scaled after the fact are not supported",
                SCALING_FACTOR);
        DictionaryShape shape =
                DictionaryShape.fitting(Architecture.JUMP_RELU, weights, false, Optional.empty());
        return LoadedDictionary.of(DictionaryWeights.assemble(manager, shape, weights), placement);
    }

    private static void put(Map<String, Weight> weights, String name, Weight weight) {
        String ours = name.replace("w_", "W_");
        refuse(weights.putIfAbsent(ours, weight) != null, "two arrays of a name", ours);
    }

    private static boolean allOnes(Weight factor) {
        for (float value : factor.values()) {
            if (value != 1) {
                return false;
            }
        }
        return true;
    }

    private static void refuse(boolean unsupported, String rule, String tensor) {
        if (unsupported) {
            throw new DictionaryException("%s: tensor=%s".formatted(rule, tensor));
        }
    }
}
