package org.lexicographer.languagemodel.forward;

/**
 * A transformer's dimensions.
 *
 * @param layers L
 * @param activationDim the residual stream's width, D
 * @param vocabularySize V
 * @param contextLimit the longest context in tokens
 */
public record ModelSize(int layers, int activationDim, int vocabularySize, int contextLimit) {

    /** Checks that every dimension is positive. */
    public ModelSize {
        if (layers < 1 || activationDim < 1 || vocabularySize < 1 || contextLimit < 1) {
            throw new IllegalArgumentException(
                    "model size must be positive: layers=%d, activationDim=%d, vocabularySize=%d, contextLimit=%d"
                            .formatted(layers, activationDim, vocabularySize, contextLimit));
        }
    }
}
