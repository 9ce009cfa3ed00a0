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
 * The sparse autoencoders of the top-k family, as they are used after training: a = ReLU((x -
 * [b_dec]) W_enc + b_enc), f = s(a), x^ = f W_dec + b_dec.
 *
 * <p>Without a threshold, s keeps the k largest of each row; of equal values those of lower index.
 * Source: Gao et al., <a href="https://arxiv.org/abs/2406.04093">Scaling and evaluating sparse
 * autoencoders</a> (2024), section 2.3, here with ReLU before the choice, as in
 * dictionary_learning's AutoEncoderTopK.
 *
 * <p>With a threshold theta, s(a) = a 1[a &gt; theta], and a row has k active latents on average. A
 * negative theta is one that training never learned: then f = a. A top-k dictionary may use its
 * threshold; a batch-top-k dictionary always does, because training keeps the k N largest of all N
 * rows, which would make rows depend on each other. Source: Bussmann et al., <a
 * href="https://arxiv.org/abs/2412.06410">BatchTopK Sparse Autoencoders</a> (2024), section 3;
 * dictionary_learning's BatchTopKSAE.
 *
 * <p>In a Matryoshka dictionary latents lie in groups, and training makes every prefix of groups a
 * dictionary of its own; with all groups in use, as here, it is a batch-top-k dictionary. Source:
 * Bussmann et al., <a href="https://arxiv.org/abs/2503.17547">Learning Multi-Level Features with
 * Matryoshka Sparse Autoencoders</a> (2025), section 3; dictionary_learning's
 * MatryoshkaBatchTopKSAE.
 */
public final class TopKDictionary extends AffineDictionary {

    private final Architecture architecture;
    private final NDArray encoderBias; // (F)
    private final ActiveLatents activeLatents;

    /**
     * Takes over the arrays, all float32, and closes them with itself.
     *
     * @param architecture which of the family it is
     * @param encoderWeight W_enc (D, F)
     * @param encoderBias b_enc (F)
     * @param decoderWeight W_dec (F, Dout)
     * @param decoderBias b_dec (Dout)
     * @param activeLatents k, the threshold, which of them decides, and the sizes of the groups
     * @param subtractDecoderBias whether b_dec is subtracted from the input
     * @throws DictionaryException when the shapes do not fit together, or the settings do not fit
     *     the architecture
     */
    public TopKDictionary(
            Architecture architecture,
            NDArray encoderWeight,
            NDArray encoderBias,
            NDArray decoderWeight,
            NDArray decoderBias,
            ActiveLatents activeLatents,
            boolean subtractDecoderBias) {
        super(encoderWeight, decoderWeight, decoderBias, subtractDecoderBias);
        this.architecture = architecture;
        this.encoderBias = perLatent("encoderBias", encoderBias);
        this.activeLatents = activeLatents.checkedFor(architecture, dictionarySize());
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
                architecture,
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
        return architecture;
    }
}
