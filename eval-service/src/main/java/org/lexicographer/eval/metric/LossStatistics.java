package org.lexicographer.eval.metric;

import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.languagemodel.ReplacedLoss;

/** What the figures about the language model's loss need. */
public final class LossStatistics {

    private NextTokenLoss original = NextTokenLoss.NONE;
    private ReplacedLoss reconstructed = ReplacedLoss.NONE;
    private ReplacedLoss zero = ReplacedLoss.NONE;
    private double recoveredSum;
    private int batches;

    /** Adds what was seen of one batch. */
    public void add(
            NextTokenLoss batchOriginal, ReplacedLoss batchReconstructed, ReplacedLoss batchZero) {
        original = original.plus(batchOriginal);
        reconstructed = reconstructed.plus(batchReconstructed);
        zero = zero.plus(batchZero);
        recoveredSum += recovered(batchOriginal, batchReconstructed.loss(), batchZero.loss());
        batches++;
    }

    /** Adds this class's figures. */
    public void report(MetricValues values) {
        values.put(MetricDefinition.LOSS_ORIGINAL, original.mean());
        values.put(MetricDefinition.LOSS_RECONSTRUCTED, reconstructed.loss().mean());
        values.put(MetricDefinition.LOSS_ZERO, zero.loss().mean());
        values.put(
                MetricDefinition.LOSS_RECOVERED,
                recovered(original, reconstructed.loss(), zero.loss()));
        values.put(MetricDefinition.FRAC_RECOVERED, recoveredSum / batches);
        double divergence = reconstructed.divergence().mean();
        double divergenceZero = zero.divergence().mean();
        values.put(MetricDefinition.KL_DIVERGENCE, divergence);
        values.put(MetricDefinition.KL_DIVERGENCE_ZERO, divergenceZero);
        values.put(
                MetricDefinition.KL_DIVERGENCE_SCORE,
                (divergenceZero - divergence) / divergenceZero);
    }

    private static double recovered(
            NextTokenLoss original, NextTokenLoss reconstructed, NextTokenLoss zero) {
        return (zero.mean() - reconstructed.mean()) / (zero.mean() - original.mean());
    }
}
