package org.lexicographer.eval.metric;

import org.lexicographer.languagemodel.NextTokenLoss;

/** What the figures about the language model's loss need. */
public final class LossStatistics {

    private NextTokenLoss original = NextTokenLoss.NONE;
    private NextTokenLoss reconstructed = NextTokenLoss.NONE;
    private NextTokenLoss zero = NextTokenLoss.NONE;
    private double recoveredSum;
    private int batches;

    /** Adds the three losses of one batch. */
    public void add(
            NextTokenLoss batchOriginal,
            NextTokenLoss batchReconstructed,
            NextTokenLoss batchZero) {
        original = original.plus(batchOriginal);
        reconstructed = reconstructed.plus(batchReconstructed);
        zero = zero.plus(batchZero);
        recoveredSum += recovered(batchOriginal, batchReconstructed, batchZero);
        batches++;
    }

    /** Adds this class's figures. */
    public void report(MetricValues values) {
        values.put(MetricDefinition.LOSS_ORIGINAL, original.mean());
        values.put(MetricDefinition.LOSS_RECONSTRUCTED, reconstructed.mean());
        values.put(MetricDefinition.LOSS_ZERO, zero.mean());
        values.put(MetricDefinition.LOSS_RECOVERED, recovered(original, reconstructed, zero));
        values.put(MetricDefinition.FRAC_RECOVERED, recoveredSum / batches);
    }

    private static double recovered(
            NextTokenLoss original, NextTokenLoss reconstructed, NextTokenLoss zero) {
        return (zero.mean() - reconstructed.mean()) / (zero.mean() - original.mean());
    }
}
