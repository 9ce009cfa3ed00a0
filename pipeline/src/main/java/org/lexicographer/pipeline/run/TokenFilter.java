package org.lexicographer.pipeline.run;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Which tokens' activations a run trains on. What is filtered out is a function of the token stream
 * and of this alone.
 *
 * @param maxNormMultiple rows are left out whose norm is more than so many times the median norm of
 *     their token block, at any site that a trainer job reads; empty keeps every norm
 * @param excludeSpecialTokens whether the language model's special tokens are left out: those that
 *     begin and end a text, and padding
 * @param positions the positions in a context that are trained on
 */
public record TokenFilter(
        Optional<Double> maxNormMultiple, boolean excludeSpecialTokens, Positions positions) {

    public TokenFilter {
        requireNonNull(maxNormMultiple, "maxNormMultiple is null");
        requireNonNull(positions, "positions is null");
    }

    /** Returns the filter that leaves nothing out. */
    public static TokenFilter none(int contextLength) {
        return new TokenFilter(Optional.empty(), false, new Positions(0, contextLength));
    }

    /**
     * Tells whether the number of rows that are left of a block depends on its tokens and
     * activations.
     */
    public boolean dependsOnContent() {
        return excludeSpecialTokens || maxNormMultiple.isPresent();
    }

    /**
     * Positions in a context, the first of which is 0.
     *
     * @param from the first position that is trained on
     * @param to the position after the last one
     */
    public record Positions(int from, int to) {

        /** Tells whether a position is among them. */
        public boolean contains(int position) {
            return position >= from && position < to;
        }

        /** Returns their number. */
        public int count() {
            return to - from;
        }
    }
}
