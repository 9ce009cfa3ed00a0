package org.lexicographer.eval.latent;

/**
 * A range of values, such as those above 0 that a latent has on a text, and its parts.
 *
 * @param smallest the smallest
 * @param largest the largest
 */
public record LatentRange(float smallest, float largest) {

    /** The number of bins of equal width over the range; the last one has its upper edge. */
    public static final int BINS = 50;

    /** The number of intervals of equal width over (0, largest]; each has its upper edge. */
    static final int INTERVALS = 5;

    static LatentRange of(LatentTotals totals) {
        return new LatentRange(totals.smallest(), totals.largest());
    }

    /** Returns the bin of a value in the range. */
    public int bin(float value) {
        if (largest == smallest) {
            return 0;
        }
        int bin = (int) ((value - (double) smallest) / width());
        // The quotient may be rounded over an edge.
        if (bin > 0 && value < edge(bin)) {
            return bin - 1;
        }
        boolean above = bin < BINS - 1 && value >= edge(bin + 1);
        return Math.min(BINS - 1, above ? bin + 1 : bin);
    }

    private double width() {
        return ((double) largest - smallest) / BINS;
    }

    /** Returns a bin's lower edge. */
    public double edge(int bin) {
        return smallest + bin * width();
    }

    /** Returns the interval of a value in (0, largest]. */
    int interval(float value) {
        int interval = (int) Math.ceil((double) value * INTERVALS / largest) - 1;
        return Math.clamp(interval, 0, INTERVALS - 1);
    }
}
