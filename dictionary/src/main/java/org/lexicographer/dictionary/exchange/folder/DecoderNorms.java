package org.lexicographer.dictionary.exchange.folder;

import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;

/** The norms of decoder rows, which some tools multiply latents by before they choose. */
public final class DecoderNorms {

    private DecoderNorms() {}

    /**
     * Makes decoder rows unit vectors and multiplies W_enc and b_enc by their norms, in place:
     * latents are multiplied by them, the reconstruction stays. Rows of zeros stay so, and their
     * latents become 0.
     *
     * @throws DictionaryException when W_enc, b_enc and W_dec do not fit together
     */
    public static void moveToEncoder(Map<String, Weight> weights) {
        DictionaryShape sizes =
                DictionaryShape.fitting(Architecture.STANDARD, weights, false, Optional.empty());
        int size = sizes.dictionarySize();
        float[] decoder = weights.get(DictionaryWeights.DECODER_WEIGHT).values();
        float[] encoder = weights.get(DictionaryWeights.ENCODER_WEIGHT).values();
        Weight bias = weights.get(DictionaryWeights.ENCODER_BIAS);
        if (bias == null || bias.values().length != size) {
            throw new DictionaryException("tensor mismatch: tensor=b_enc, expected=" + size);
        }
        if (decoder.length != (long) size * sizes.outputDim()) {
            throw new DictionaryException(
                    "tensor mismatch: tensor=W_dec, expected rows=%d, found=%s"
                            .formatted(
                                    size, weights.get(DictionaryWeights.DECODER_WEIGHT).shape()));
        }
        for (int i = 0; i < size; i++) {
            float norm = norm(decoder, i * sizes.outputDim(), sizes.outputDim());
            float divisor = norm == 0 ? 1 : norm;
            for (int j = 0; j < sizes.outputDim(); j++) {
                decoder[i * sizes.outputDim() + j] /= divisor;
            }
            for (int j = 0; j < sizes.inputDim(); j++) {
                encoder[j * size + i] *= norm;
            }
            bias.values()[i] *= norm;
        }
    }

    private static float norm(float[] values, int start, int length) {
        double sum = 0;
        for (int i = start; i < start + length; i++) {
            sum += (double) values[i] * values[i];
        }
        return (float) Math.sqrt(sum);
    }
}
