package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;

/**
 * The jump-ReLU sparse autoencoder: p = (x - [b_dec]) W_enc + b_enc, f = ReLU(p 1[p &gt; theta]),
 * x^ = f W_dec + b_dec.
 *
 * <p>theta is (F); where it is negative, the latent is a plain ReLU. Trained as in the paper, b_dec
 * is not subtracted from the input; dictionaries that other tools converted from batch-top-k
 * subtract it. Source: Rajamanoharan et al., <a href="https://arxiv.org/abs/2407.14435">Jumping
 * Ahead: Improving Reconstruction Fidelity with JumpReLU Sparse Autoencoders</a> (2024), section 3;
 * dictionary_learning's JumpReluAutoEncoder.
 */
public final class JumpReluDictionary extends AffineDictionary {

    private final NDArray encoderBias; // (F)
    private final NDArray threshold; // (F)

    /**
     * Takes over the arrays, all float32, and closes them with itself.
     *
     * @param encoderWeight W_enc (D, F)
     * @param encoderBias b_enc (F)
     * @param decoderWeight W_dec (F, Dout)
     * @param decoderBias b_dec (Dout)
     * @param threshold theta (F)
     * @param subtractDecoderBias whether b_dec is subtracted from the input
     * @throws DictionaryException when the shapes do not fit together
     */
    public JumpReluDictionary(
            NDArray encoderWeight,
            NDArray encoderBias,
            NDArray decoderWeight,
            NDArray decoderBias,
            NDArray threshold,
            boolean subtractDecoderBias) {
        super(encoderWeight, decoderWeight, decoderBias, subtractDecoderBias);
        this.encoderBias = perLatent("encoderBias", encoderBias);
        this.threshold = perLatent("threshold", threshold);
    }

    @Override
    NDArray latents(NDArray products) {
        NDArray preActivations = products.addi(encoderBias); // (N, F)
        NDArray open = preActivations.gt(threshold); // (N, F)
        return Selection.keep(open, Activation.relu(preActivations)); // (N, F)
    }

    @Override
    public JumpReluDictionary fold(Normalization normalization) {
        return new JumpReluDictionary(
                foldedEncoderWeight(normalization), // (D, F)
                foldedBias(encoderBias, normalization), // (F)
                decoderWeight().duplicate(), // (F, Dout)
                foldedDecoderBias(normalization), // (Dout)
                threshold.mul((float) normalization.target()), // (F)
                subtractsWhenFolded(normalization));
    }

    /** Returns b_enc (F), which stays this dictionary's. */
    public NDArray encoderBias() {
        return encoderBias;
    }

    /** Returns theta (F), which stays this dictionary's. */
    public NDArray threshold() {
        return threshold;
    }

    @Override
    List<NDArray> latentWeights() {
        return List.of(encoderBias, threshold);
    }

    @Override
    public Architecture architecture() {
        return Architecture.JUMP_RELU;
    }
}
