package org.lexicographer.eval.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.BitSet;

/** What the figures about latents need: sums over tokens, and which latents were ever active. */
public final class LatentStatistics {

    private static final int WINDOW_TOKENS = 8192;
    private static final int[] OVER_ROWS = {0};
    private static final int[] OVER_LATENTS = {1};

    private final int dictionarySize;
    private final BitSet active = new BitSet();
    private final BitSet activeInWindow = new BitSet();
    private long tokens;
    private double absoluteSum;
    private double activeSum;

    /** Starts with no tokens seen. */
    public LatentStatistics(int dictionarySize) {
        this.dictionarySize = dictionarySize;
    }

    /** Adds the latents of more tokens, float32 (N, F), which stay the caller's. */
    public void add(NDArray latents) {
        long rows = latents.getShape().get(0);
        long windowRows = Math.clamp(WINDOW_TOKENS - tokens, 0, rows);
        try (NDManager scope = latents.getManager().newSubManager();
                NDArray isActive = latents.neq(0)) { // (N, F)
            isActive.attach(scope);
            addSums(latents, isActive, scope);
            if (windowRows > 0) {
                mark(isActive.get("0:" + windowRows), activeInWindow); // (W, F)
            }
            mark(isActive, active);
        }
        tokens += rows;
    }

    private void addSums(NDArray latents, NDArray isActive, NDManager scope) {
        NDArray absolute = latents.abs(); // (N, F)
        absolute.attach(scope);
        absoluteSum += total(absolute.sum(OVER_LATENTS)); // (N)
        activeSum += total(counts(isActive, OVER_LATENTS)); // (N)
    }

    private static void mark(NDArray isActive, BitSet marked) {
        float[] timesActive = counts(isActive, OVER_ROWS).toFloatArray(); // (F)
        for (int latent = 0; latent < timesActive.length; latent++) {
            if (timesActive[latent] > 0) {
                marked.set(latent);
            }
        }
    }

    /** Whole numbers up to 2^24 are exact in float32; batches and dictionaries are smaller. */
    private static NDArray counts(NDArray isActive, int[] axes) {
        return isActive.toType(DataType.FLOAT32, false).sum(axes); // (N) or (F)
    }

    private static double total(NDArray rowSums) {
        double total = 0;
        for (float sum : rowSums.toFloatArray()) {
            total += sum;
        }
        return total;
    }

    /** Adds this class's figures. */
    public void report(MetricValues values) {
        values.put(MetricDefinition.L1, absoluteSum / tokens);
        values.put(MetricDefinition.L0, activeSum / tokens);
        values.put(MetricDefinition.FRACTION_ALIVE, share(active));
        if (tokens >= WINDOW_TOKENS) {
            values.put(MetricDefinition.FRACTION_ALIVE_8192, share(activeInWindow));
        }
    }

    private double share(BitSet latents) {
        return (double) latents.cardinality() / dictionarySize;
    }
}
