package org.lexicographer.eval.metric;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.DoublePredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What the figures about latents need: sums over tokens, and of each latent the tokens and the
 * contexts on which it was active.
 */
public final class LatentStatistics {

    private static final int WINDOW_TOKENS = 8192;

    /** Added to densities before their logarithm is taken, so that a dead latent's exists. */
    private static final double DEAD = 1e-10;

    private final int contextLength;
    private final long[] firings; // (F)
    private final long[] contexts; // (F)
    private final long[] lastContext; // (F)
    private final BitSet activeInWindow = new BitSet();
    private long tokens;
    private double absoluteSum;

    /**
     * Starts with no tokens seen.
     *
     * @param dictionarySize the number of latents, F
     * @param contextLength the tokens of one context, T; tokens are added context after context
     */
    public LatentStatistics(int dictionarySize, int contextLength) {
        this.contextLength = contextLength;
        this.firings = new long[dictionarySize];
        this.contexts = new long[dictionarySize];
        this.lastContext = new long[dictionarySize];
        Arrays.fill(lastContext, -1);
    }

    /** Adds the latents of more tokens. */
    public void add(SparseRows rows) {
        for (int row = 0; row < rows.rows(); row++) {
            addToken(rows, row);
            tokens++;
        }
    }

    private void addToken(SparseRows rows, int row) {
        long context = tokens / contextLength;
        for (int i = rows.starts()[row]; i < rows.starts()[row + 1]; i++) {
            int latent = rows.latents()[i];
            absoluteSum += Math.abs(rows.values()[i]);
            firings[latent]++;
            if (lastContext[latent] != context) {
                lastContext[latent] = context;
                contexts[latent]++;
            }
            if (tokens < WINDOW_TOKENS) {
                activeInWindow.set(latent);
            }
        }
    }

    /** Adds this class's figures. */
    public void report(MetricValues values) {
        values.put(MetricDefinition.L1, absoluteSum / tokens);
        values.put(MetricDefinition.L0, (double) Arrays.stream(firings).sum() / tokens);
        values.put(MetricDefinition.FRACTION_ALIVE, share(density -> density > 0));
        if (tokens >= WINDOW_TOKENS) {
            values.put(
                    MetricDefinition.FRACTION_ALIVE_8192,
                    (double) activeInWindow.cardinality() / firings.length);
        }
        reportDensities(values);
        values.put(
                MetricDefinition.CONSISTENT_ACTIVATION,
                IntStream.range(0, firings.length)
                        .filter(latent -> firings[latent] > 0)
                        .mapToDouble(latent -> (double) firings[latent] / contexts[latent])
                        .average()
                        .orElse(Double.NaN));
    }

    private void reportDensities(MetricValues values) {
        values.put(MetricDefinition.FREQ_OVER_1_PERCENT, share(density -> density > 0.01));
        values.put(MetricDefinition.FREQ_OVER_10_PERCENT, share(density -> density > 0.1));
        values.put(
                MetricDefinition.NORMALIZED_FREQ_OVER_1_PERCENT,
                shareOfFirings(density -> density > 0.01));
        values.put(
                MetricDefinition.NORMALIZED_FREQ_OVER_10_PERCENT,
                shareOfFirings(density -> density > 0.1));
        values.put(
                MetricDefinition.MEAN_LOG10_DENSITY,
                densities().map(density -> Math.log10(density + DEAD)).average().orElse(0));
        values.put(MetricDefinition.DENSITY_BELOW_1E_5, share(density -> density < 1e-5));
        values.put(MetricDefinition.DENSITY_BELOW_1E_6, share(density -> density < 1e-6));
    }

    /** Returns each latent's share of the tokens on which it was active. */
    private DoubleStream densities() {
        return Arrays.stream(firings).mapToDouble(count -> (double) count / tokens);
    }

    private double share(DoublePredicate which) {
        return (double) densities().filter(which).count() / firings.length;
    }

    private double shareOfFirings(DoublePredicate which) {
        return densities().filter(which).sum() / densities().sum();
    }
}
