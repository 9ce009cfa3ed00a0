package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;

/**
 * The standard sparse autoencoder: f = ReLU((x - [b_dec]) W_enc + b_enc), x^ = f W_dec + b_dec.
 *
 * <p>x is (N, D), W_enc (D, F), b_enc (F), W_dec (F, Dout), b_dec (Dout). Whether b_dec is
 * subtracted from the input is a property of the dictionary: it is for autoencoders of Bricken et
 * al. (Towards Monosemanticity, 2023, appendix "Architecture"; dictionary_learning's AutoEncoder),
 * it is not for those of <a
 * href="https://transformer-circuits.pub/2024/april-update/index.html">Anthropic's April 2024
 * update</a> (dictionary_learning's AutoEncoderNew). It needs D = Dout; where input and target have
 * different widths or scales, b_enc has absorbed it.
 */
public final class StandardDictionary extends AffineDictionary {

    private final NDArray encoderBias; // (F)

    /**
     * Takes over the arrays, all float32, and closes them with itself.
     *
     * @param encoderWeight W_enc (D, F)
     * @param encoderBias b_enc (F)
     * @param decoderWeight W_dec (F, Dout)
     * @param decoderBias b_dec (Dout)
     * @param subtractDecoderBias whether b_dec is subtracted from the input
     * @throws DictionaryException when the shapes do not fit together
     */
    public StandardDictionary(
            NDArray encoderWeight,
            NDArray encoderBias,
            NDArray decoderWeight,
            NDArray decoderBias,
            boolean subtractDecoderBias) {
        super(encoderWeight, decoderWeight, decoderBias, subtractDecoderBias);
        this.encoderBias = perLatent("encoderBias", encoderBias);
    }

    @Override
    NDArray latents(NDArray products) {
        return Activation.relu(products.addi(encoderBias)); // (N, F)
    }

    @Override
    public StandardDictionary fold(Normalization normalization) {
        return new StandardDictionary(
                foldedEncoderWeight(normalization), // (D, F)
                foldedBias(encoderBias, normalization), // (F)
                decoderWeight().duplicate(), // (F, Dout)
                foldedDecoderBias(normalization), // (Dout)
                subtractsWhenFolded(normalization));
    }

    /** Returns b_enc (F), which stays this dictionary's. */
    public NDArray encoderBias() {
        return encoderBias;
    }

    @Override
    List<NDArray> latentWeights() {
        return List.of(encoderBias);
    }

    @Override
    public Architecture architecture() {
        return Architecture.STANDARD;
    }
}
