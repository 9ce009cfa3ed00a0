package org.lexicographer.eval.latent;

import java.util.Arrays;

/**
 * A histogram of positive floats with four bins in each octave, over all of float32's range. A
 * value's bin is the upper part of its bits (exponent and two bits of the mantissa), so that
 * counting is exact and histograms of parts add up: bin b holds the values from {@link #lower}(b)
 * to below lower(b + 1). Only the bins between the smallest and the largest value are kept.
 */
public final class LogHistogram {

    /** The number of bins that there are. */
    public static final int BINS = bin(Float.MAX_VALUE) + 1;

    private static final int DROPPED_BITS = 21;

    private int first;
    private int[] counts = {};

    /** Returns the bin of a positive, finite value. */
    public static int bin(float value) {
        return Float.floatToRawIntBits(value) >>> DROPPED_BITS;
    }

    /** Returns the smallest value of a bin; 0 for the first one, which holds no 0. */
    public static float lower(int bin) {
        return Float.intBitsToFloat(bin << DROPPED_BITS);
    }

    /** Counts a positive, finite value. */
    public void add(float value) {
        add(bin(value), 1);
    }

    /**
     * Adds to a bin's count.
     *
     * @throws ArithmeticException when it exceeds an int
     */
    public void add(int bin, int count) {
        reach(bin);
        counts[bin - first] = Math.addExact(counts[bin - first], count);
    }

    private void reach(int bin) {
        if (counts.length == 0) {
            first = bin;
            counts = new int[1];
        } else if (bin < first) {
            int[] wider = new int[counts.length + first - bin];
            System.arraycopy(counts, 0, wider, first - bin, counts.length);
            counts = wider;
            first = bin;
        } else if (bin >= first + counts.length) {
            counts = Arrays.copyOf(counts, bin - first + 1);
        }
    }

    /** Adds another histogram's counts. */
    public void add(LogHistogram other) {
        for (int i = 0; i < other.counts.length; i++) {
            if (other.counts[i] > 0) {
                add(other.first + i, other.counts[i]);
            }
        }
    }

    /** Returns a bin's count. */
    public int count(int bin) {
        return bin < first || bin >= first + counts.length ? 0 : counts[bin - first];
    }

    /** Returns the first bin that may have a count. */
    public int firstBin() {
        return first;
    }

    /** Returns one past the last bin that may have a count. */
    public int endBin() {
        return first + counts.length;
    }
}
