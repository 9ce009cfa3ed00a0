package org.lexicographer.languagemodel.forward;

import static java.util.Objects.requireNonNull;

/**
 * A transformer's dimensions.
 *
 * @param layers L
 * @param widths of the activations at its sites
 * @param vocabularySize V
 * @param contextLimit the longest context in tokens
 */
public record ModelSize(int layers, SiteWidths widths, int vocabularySize, int contextLimit) {

    /** Checks that every dimension is positive. */
    public ModelSize {
        requireNonNull(widths, "widths is null");
        if (layers < 1 || vocabularySize < 1 || contextLimit < 1) {
            throw new IllegalArgumentException(
                    "model size must be positive: layers=%d, vocabularySize=%d, contextLimit=%d"
                            .formatted(layers, vocabularySize, contextLimit));
        }
    }

    /** Returns the residual stream's width, D. */
    public int activationDim() {
        return widths.stream();
    }
}
