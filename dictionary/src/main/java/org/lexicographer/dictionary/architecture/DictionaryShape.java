package org.lexicographer.dictionary.architecture;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;

/**
 * Sizes and settings of a dictionary: what must be known, besides its weights, to build it.
 *
 * @param architecture the formula it follows
 * @param inputDim the width of the activations that are read, D
 * @param outputDim the width of those that are reconstructed, Dout
 * @param dictionarySize the number of latents, F
 * @param subtractDecoderBias whether b_dec is subtracted from the input
 * @param activeLatents how the architectures of the top-k family choose active latents
 */
public record DictionaryShape(
        Architecture architecture,
        int inputDim,
        int outputDim,
        int dictionarySize,
        boolean subtractDecoderBias,
        Optional<ActiveLatents> activeLatents) {

    /**
     * Returns the shape with the sizes that the encoder and decoder matrices have.
     *
     * @throws DictionaryException when one of them is missing or no matrix
     */
    public static DictionaryShape fitting(
            Architecture architecture,
            Map<String, Weight> weights,
            boolean subtractDecoderBias,
            Optional<ActiveLatents> activeLatents) {
        List<Long> encoder = matrixShape(weights, DictionaryWeights.ENCODER_WEIGHT);
        List<Long> decoder = matrixShape(weights, DictionaryWeights.DECODER_WEIGHT);
        return new DictionaryShape(
                architecture,
                Math.toIntExact(encoder.getFirst()),
                Math.toIntExact(decoder.getLast()),
                Math.toIntExact(encoder.getLast()),
                subtractDecoderBias,
                activeLatents);
    }

    private static List<Long> matrixShape(Map<String, Weight> weights, String name) {
        Weight weight = weights.get(name);
        if (weight == null || weight.shape().size() != 2) {
            throw new DictionaryException(
                    "not a matrix: tensor=%s, found=%s"
                            .formatted(name, weight == null ? "none" : weight.shape()));
        }
        return weight.shape();
    }

    /** Checks widths that must be equal and settings that must be there. */
    void check() {
        boolean topKFamily =
                switch (architecture) {
                    case TOP_K, BATCH_TOP_K, MATRYOSHKA_BATCH_TOP_K -> true;
                    case STANDARD, GATED, JUMP_RELU, IDENTITY, ZERO -> false;
                };
        if (topKFamily != activeLatents.isPresent()) {
            throw new DictionaryException(
                    "activeLatents %s: architecture=%s"
                            .formatted(topKFamily ? "missing" : "unexpected", architecture.text()));
        }
        boolean equalWidths = subtractDecoderBias || architecture == Architecture.IDENTITY;
        if (equalWidths && inputDim != outputDim) {
            throw new DictionaryException(
                    "widths must be equal: inputDim=%d, outputDim=%d, architecture=%s, subtractDecoderBias=%s"
                            .formatted(
                                    inputDim, outputDim, architecture.text(), subtractDecoderBias));
        }
        if (architecture == Architecture.IDENTITY && dictionarySize != inputDim) {
            throw new DictionaryException(
                    "the identity has one latent per dimension: inputDim=%d, dictionarySize=%d"
                            .formatted(inputDim, dictionarySize));
        }
    }
}
