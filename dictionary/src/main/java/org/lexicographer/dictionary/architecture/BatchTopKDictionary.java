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
 * The batch-top-k sparse autoencoder as it is used after training: a = ReLU((x - [b_dec]) W_enc +
 * b_enc), f = a 1[a &gt; theta], x^ = f W_dec + b_dec.
 *
 * <p>Training keeps the k N largest of all N rows; the threshold theta that it learns on the way
 * makes rows independent of each other, with k active latents on average. A negative theta is one
 * that was never learned: then f = a. Source: Bussmann et al., <a
 * href="https://arxiv.org/abs/2412.06410">BatchTopK Sparse Autoencoders</a> (2024), section 3;
 * dictionary_learning's BatchTopKSAE.
 *
 * <p>In a Matryoshka dictionary latents lie in groups, and training makes every prefix of groups a
 * dictionary of its own; with all groups in use, as here, it encodes and decodes as one without
 * groups. Source: Bussmann et al., <a href="https://arxiv.org/abs/2503.17547">Learning Multi-Level
 * Features with Matryoshka Sparse Autoencoders</a> (2025), section 3; dictionary_learning's
 * MatryoshkaBatchTopKSAE.
 */
public final class BatchTopKDictionary extends AffineDictionary {

    private final NDArray encoderBias; // (F)
    private final ActiveLatents activeLatents;

    /**
     * Takes over the arrays, all float32, and closes them with itself.
     *
     * @param encoderWeight W_enc (D, F)
     * @param encoderBias b_enc (F)
     * @param decoderWeight W_dec (F, Dout)
     * @param decoderBias b_dec (Dout)
     * @param activeLatents k, the threshold, and the sizes of the groups, if any
     * @param subtractDecoderBias whether b_dec is subtracted from the input
     * @throws DictionaryException when the shapes do not fit together, or the settings do not fit
     *     the architecture
     */
    public BatchTopKDictionary(
            NDArray encoderWeight,
            NDArray encoderBias,
            NDArray decoderWeight,
            NDArray decoderBias,
            ActiveLatents activeLatents,
            boolean subtractDecoderBias) {
        super(encoderWeight, decoderWeight, decoderBias, subtractDecoderBias);
        this.encoderBias = perLatent("encoderBias", encoderBias);
        this.activeLatents = activeLatents;
        activeLatents.checkedFor(architecture(), dictionarySize());
    }

    @Override
    NDArray latents(NDArray products) {
        NDArray rectified = Activation.relu(products.addi(encoderBias)); // (N, F)
        return Selection.above(rectified, activeLatents.threshold()); // (N, F)
    }

    @Override
    public BatchTopKDictionary fold(Normalization normalization) {
        return new BatchTopKDictionary(
                foldedEncoderWeight(normalization), // (D, F)
                foldedBias(encoderBias, normalization), // (F)
                decoderWeight().duplicate(), // (F, Dout)
                foldedDecoderBias(normalization), // (Dout)
                activeLatents.scaled(normalization.target()),
                subtractsWhenFolded(normalization));
    }

    /**
     * Returns the dictionary with one threshold per latent that computes the same; it owns copies.
     */
    public JumpReluDictionary toJumpRelu() {
        NDArray threshold = encoderBias.zerosLike().addi(activeLatents.threshold()); // (F)
        return new JumpReluDictionary(
                encoderWeight().duplicate(), // (D, F)
                encoderBias.duplicate(), // (F)
                decoderWeight().duplicate(), // (F, Dout)
                decoderBias().duplicate(), // (Dout)
                threshold,
                subtractDecoderBias());
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
        return activeLatents.groupSizes().isEmpty()
                ? Architecture.BATCH_TOP_K
                : Architecture.MATRYOSHKA_BATCH_TOP_K;
    }
}
