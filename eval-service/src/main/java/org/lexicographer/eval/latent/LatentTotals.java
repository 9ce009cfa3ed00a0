package org.lexicographer.eval.latent;

/**
 * What one latent does on a text, in five numbers.
 *
 * @param firings on how many tokens it is active
 * @param sum the sum of its values
 * @param smallest its smallest value above 0; infinity when it is never active
 * @param largest its largest value; 0 when it is never active
 * @param contexts in how many contexts it is active
 */
public record LatentTotals(long firings, double sum, float smallest, float largest, int contexts) {

    /** Those of a latent that is never active. */
    static final LatentTotals NONE = new LatentTotals(0, 0, Float.POSITIVE_INFINITY, 0, 0);

    /** Returns those of both of two texts, of which the other comes second. */
    LatentTotals plus(LatentTotals other) {
        return new LatentTotals(
                firings + other.firings,
                sum + other.sum,
                Math.min(smallest, other.smallest),
                Math.max(largest, other.largest),
                contexts + other.contexts);
    }
}
