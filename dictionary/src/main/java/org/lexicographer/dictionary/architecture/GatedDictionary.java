package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;

/**
 * The gated sparse autoencoder, which decides separately whether a latent is active and how
 * strongly: z = (x - [b_dec]) W_enc, f = 1[z + b_gate > 0] ReLU(exp(r_mag) z + b_mag), x^ = f W_dec
 * + b_dec.
 *
 * <p>r_mag, b_gate and b_mag are (F). Source: Rajamanoharan et al., <a
 * href="https://arxiv.org/abs/2404.16014">Improving Dictionary Learning with Gated Sparse
 * Autoencoders</a> (2024), section 3, with tied encoder weights; dictionary_learning's
 * GatedAutoEncoder.
 */
public final class GatedDictionary extends AffineDictionary {

    private final NDArray magnitudeScale; // (F)
    private final NDArray gateBias; // (F)
    private final NDArray magnitudeBias; // (F)

    /**
     * Takes over the arrays, all float32, and closes them with itself.
     *
     * @param encoderWeight W_enc (D, F)
     * @param magnitudeScale r_mag (F), the logarithm of what z is multiplied by
     * @param gateBias b_gate (F)
     * @param magnitudeBias b_mag (F)
     * @param decoderWeight W_dec (F, Dout)
     * @param decoderBias b_dec (Dout)
     * @param subtractDecoderBias whether b_dec is subtracted from the input
     * @throws DictionaryException when the shapes do not fit together, or exp(r_mag) overflows
     */
    public GatedDictionary(
            NDArray encoderWeight,
            NDArray magnitudeScale,
            NDArray gateBias,
            NDArray magnitudeBias,
            NDArray decoderWeight,
            NDArray decoderBias,
            boolean subtractDecoderBias) {
        super(encoderWeight, decoderWeight, decoderBias, subtractDecoderBias);
        this.magnitudeScale = perLatent("magnitudeScale", magnitudeScale);
        this.gateBias = perLatent("gateBias", gateBias);
        this.magnitudeBias = perLatent("magnitudeBias", magnitudeBias);
        checkScale();
    }

    /** An infinite scale would make NaN of z = 0. */
    private void checkScale() {
        try (NDArray factor = magnitudeScale.exp(); // (F)
                NDArray largest = factor.max()) { // ()
            if (!Float.isFinite(largest.getFloat())) {
                throw new DictionaryException(
                        "magnitude scale overflows: expected=exp(r_mag) finite, found="
                                + largest.getFloat());
            }
        }
    }

    @Override
    NDArray latents(NDArray products) {
        NDArray open = products.add(gateBias).gt(0); // (N, F)
        try (NDArray factor = magnitudeScale.exp()) { // (F)
            NDArray magnitudes = products.muli(factor).addi(magnitudeBias); // (N, F)
            return Selection.keep(open, Activation.relu(magnitudes)); // (N, F)
        }
    }

    @Override
    public GatedDictionary fold(Normalization normalization) {
        return new GatedDictionary(
                foldedEncoderWeight(normalization), // (D, F)
                magnitudeScale.duplicate(), // (F)
                foldedBias(gateBias, normalization), // (F)
                foldedMagnitudeBias(normalization), // (F)
                decoderWeight().duplicate(), // (F, Dout)
                foldedDecoderBias(normalization), // (Dout)
                subtractsWhenFolded(normalization));
    }

    /** Returns b_mag + exp(r_mag) shift, scaled: the shift of z is multiplied like z itself. */
    private NDArray foldedMagnitudeBias(Normalization normalization) {
        try (NDArray shift = shift(normalization); // (F)
                NDArray factor = magnitudeScale.exp(); // (F)
                NDArray scaled = shift.mul(factor); // (F)
                NDArray absorbed = magnitudeBias.add(scaled)) { // (F)
            return absorbed.mul((float) normalization.target()); // (F)
        }
    }

    /** Returns r_mag (F), which stays this dictionary's. */
    public NDArray magnitudeScale() {
        return magnitudeScale;
    }

    /** Returns b_gate (F), which stays this dictionary's. */
    public NDArray gateBias() {
        return gateBias;
    }

    /** Returns b_mag (F), which stays this dictionary's. */
    public NDArray magnitudeBias() {
        return magnitudeBias;
    }

    @Override
    List<NDArray> latentWeights() {
        return List.of(magnitudeScale, gateBias, magnitudeBias);
    }

    @Override
    public Architecture architecture() {
        return Architecture.GATED;
    }
}
