package org.lexicographer.eval.metric;

import java.util.BitSet;

/** What the figures about latents need: sums over tokens, and which latents were ever active. */
public final class LatentStatistics {

    private static final int WINDOW_TOKENS = 8192;

    private final int dictionarySize;
    private final BitSet active = new BitSet();
    private final BitSet activeInWindow = new BitSet();
    private long tokens;
    private double absoluteSum;
    private long activeCount;

    /** Starts with no tokens seen. */
    public LatentStatistics(int dictionarySize) {
        this.dictionarySize = dictionarySize;
    }

    /** Adds the latents of more tokens. */
    public void add(SparseRows rows) {
        int windowRows = Math.clamp(WINDOW_TOKENS - tokens, 0, rows.rows());
        int windowEnd = rows.starts()[windowRows];
        for (int i = 0; i < rows.count(); i++) {
            absoluteSum += Math.abs(rows.values()[i]);
            active.set(rows.latents()[i]);
            if (i < windowEnd) {
                activeInWindow.set(rows.latents()[i]);
            }
        }
        activeCount += rows.count();
        tokens += rows.rows();
    }

    /** Adds this class's figures. */
    public void report(MetricValues values) {
        values.put(MetricDefinition.L1, absoluteSum / tokens);
        values.put(MetricDefinition.L0, (double) activeCount / tokens);
        values.put(MetricDefinition.FRACTION_ALIVE, share(active));
        if (tokens >= WINDOW_TOKENS) {
            values.put(MetricDefinition.FRACTION_ALIVE_8192, share(activeInWindow));
        }
    }

    private double share(BitSet latents) {
        return (double) latents.cardinality() / dictionarySize;
    }
}
