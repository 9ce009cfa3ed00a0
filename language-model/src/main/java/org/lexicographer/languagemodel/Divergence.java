package org.lexicographer.languagemodel;

/**
 * How far the next token's distributions p' of a changed pass are from the model's own, p: the
 * Kullback-Leibler divergence KL(p || p') in nats.
 *
 * @param sum over positions
 * @param positions how many there are
 */
public record Divergence(double sum, long positions) {

    /** The divergence over nothing, to add to. */
    public static final Divergence NONE = new Divergence(0, 0);

    /** Checks that the count is not negative. */
    public Divergence {
        if (positions < 0) {
            throw new IllegalArgumentException(
                    "positions must not be negative: positions=" + positions);
        }
    }

    /** Returns the divergence over both. */
    public Divergence plus(Divergence other) {
        return new Divergence(sum + other.sum, positions + other.positions);
    }

    /** Returns nats per position; NaN when there was none. */
    public double mean() {
        return sum / positions;
    }
}
