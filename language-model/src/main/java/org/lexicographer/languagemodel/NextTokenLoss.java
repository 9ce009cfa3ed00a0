package org.lexicographer.languagemodel;

/**
 * The cross-entropy of predicted next tokens, as a sum that can be added to: -sum over positions t
 * of log p(token t+1 | tokens up to t).
 *
 * @param sum in nats
 * @param predictions how many next tokens were predicted: T - 1 per context
 */
public record NextTokenLoss(double sum, long predictions) {

    /** The loss over nothing, to add to. */
    public static final NextTokenLoss NONE = new NextTokenLoss(0, 0);

    /** Checks that the count is not negative. */
    public NextTokenLoss {
        if (predictions < 0) {
            throw new IllegalArgumentException(
                    "predictions must not be negative: predictions=" + predictions);
        }
    }

    /** Returns the loss over both. */
    public NextTokenLoss plus(NextTokenLoss other) {
        return new NextTokenLoss(sum + other.sum, predictions + other.predictions);
    }

    /**
     * Returns this after checking that the logits were finite.
     *
     * @throws NotFiniteException when they were not
     */
    public NextTokenLoss checkedFinite() {
        if (!Double.isFinite(sum)) {
            throw new NotFiniteException("logits are not finite: summed loss=" + sum);
        }
        return this;
    }

    /** Returns nats per predicted token; NaN when there was none. */
    public double mean() {
        return sum / predictions;
    }
}
