package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

/**
 * What a pass with another value at a site says of the tokens.
 *
 * @param loss over the T - 1 next tokens of each context
 * @param divergence over all T positions of each context
 */
public record ReplacedLoss(NextTokenLoss loss, Divergence divergence) {

    /** What is said over nothing, to add to. */
    public static final ReplacedLoss NONE = new ReplacedLoss(NextTokenLoss.NONE, Divergence.NONE);

    public ReplacedLoss {
        requireNonNull(loss, "loss is null");
        requireNonNull(divergence, "divergence is null");
    }

    /** Returns what is said over both. */
    public ReplacedLoss plus(ReplacedLoss other) {
        return new ReplacedLoss(loss.plus(other.loss), divergence.plus(other.divergence));
    }

    /**
     * Returns this after checking that the logits were finite.
     *
     * @throws NotFiniteException when they were not
     */
    public ReplacedLoss checkedFinite() {
        loss.checkedFinite();
        if (!Double.isFinite(divergence.sum())) {
            throw new NotFiniteException(
                    "logits are not finite: summed divergence=" + divergence.sum());
        }
        return this;
    }
}
