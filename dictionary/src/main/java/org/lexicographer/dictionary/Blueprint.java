package org.lexicographer.dictionary;

import java.util.Optional;

/**
 * What must be known beside the weights to build a dictionary.
 *
 * @param architecture the formula it follows
 * @param inputDim the width of the activations that are read, D
 * @param outputDim the width of those that are reconstructed, Dout
 * @param dictionarySize the number of latents, F
 * @param subtractDecoderBias whether b_dec is subtracted from the input
 * @param activeLatents how the architectures of the top-k family choose active latents
 */
record Blueprint(
        Architecture architecture,
        int inputDim,
        int outputDim,
        int dictionarySize,
        boolean subtractDecoderBias,
        Optional<ActiveLatents> activeLatents) {

    static Blueprint of(DictionaryConfig config) {
        return new Blueprint(
                config.architecture(),
                config.inputDim(),
                config.outputDim(),
                config.dictionarySize(),
                config.subtractDecoderBias(),
                config.activeLatents());
    }

    /**
     * Checks what the weights cannot tell: widths that must be equal, settings that must be there.
     */
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
