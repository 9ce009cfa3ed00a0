package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;

/**
 * The top-k sparse autoencoder: a = ReLU((x - [b_dec]) W_enc + b_enc), f = the k largest of each
 * row of a, x^ = f W_dec + b_dec.
 *
 * <p>Of equal values those of lower index are kept. Instead of counting, a dictionary may use the
 * threshold that training has learned: f = a 1[a &gt; theta]; then a row may have more or fewer
 * active latents. Source: Gao et al., <a href="https://arxiv.org/abs/2406.04093">Scaling and
 * evaluating sparse autoencoders</a> (2024), section 2.3, here with ReLU before the choice, as in
 * dictionary_learning's AutoEncoderTopK.
 */
public final class TopKDictionary extends AffineDictionary {

    private final NDArray encoderBias; // (F)
    private final ActiveLatents activeLatents;

    /**
     * Takes over the arrays, all float32, and closes them with itself.
     *
     * @param encoderWeight W_enc (D, F)
     * @param encoderBias b_enc (F)
     * @param decoderWeight W_dec (F, Dout)
     * @param decoderBias b_dec (Dout)
     * @param activeLatents k, the threshold, and which of them decides
     * @param subtractDecoderBias whether b_dec is subtracted from the input
     * @throws DictionaryException when the shapes do not fit together, or k exceeds F
     */
    public TopKDictionary(
            NDArray encoderWeight,
            NDArray encoderBias,
            NDArray decoderWeight,
            NDArray decoderBias,
            ActiveLatents activeLatents,
            boolean subtractDecoderBias) {
        super(encoderWeight, decoderWeight, decoderBias, subtractDecoderBias);
        this.encoderBias = perLatent("encoderBias", encoderBias);
        this.activeLatents = activeLatents.checkedFor(architecture(), dictionarySize());
    }

    @Override
    NDArray latents(NDArray products) {
        NDArray rectified = Activation.relu(products.addi(encoderBias)); // (N, F)
        return activeLatents.useThreshold()
                ? Selection.above(rectified, activeLatents.threshold()) // (N, F)
                : Selection.largest(rectified, activeLatents.k()); // (N, F)
    }

    @Override
    public TopKDictionary fold(Normalization normalization) {
        return new TopKDictionary(
                foldedEncoderWeight(normalization), // (D, F)
                foldedBias(encoderBias, normalization), // (F)
                decoderWeight().duplicate(), // (F, Dout)
                foldedDecoderBias(normalization), // (Dout)
                activeLatents.scaled(normalization.target()),
                subtractsWhenFolded(normalization));
    }

    /** Returns b_enc (F), which stays this dictionary's. */
    public NDArray encoderBias() {
        return encoderBias;
    }

    @Override
    public Optional<ActiveLatents> activeLatents() {
        return Optional.of(activeLatents);
    }

    @Override
    List<NDArray> latentWeights() {
        return List.of(encoderBias);
    }

    @Override
    public Architecture architecture() {
        return Architecture.TOP_K;
    }
}
