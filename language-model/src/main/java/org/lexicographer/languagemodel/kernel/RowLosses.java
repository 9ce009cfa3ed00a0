package org.lexicographer.languagemodel.kernel;

import java.util.Arrays;
import org.lexicographer.kernel.Lanes;

/**
 * Of each row of logits the largest one m so far, the sum of exp(logit - m) and the target's logit.
 * Rows may be added to by different threads.
 */
final class RowLosses {

    private final float[] largest;
    private final double[] exponentials;
    private final float[] picked;

    RowLosses(int rows) {
        this.largest = new float[rows];
        Arrays.fill(largest, Float.NEGATIVE_INFINITY);
        this.exponentials = new double[rows];
        this.picked = new float[rows];
    }

    /**
     * Some logits of a row.
     *
     * @param values where they are
     * @param at from which one on
     * @param length how many, with as many more behind them as make whole vectors
     */
    record Logits(float[] values, int at, int length) {

        int end() {
            return at + Lanes.padded(length);
        }
    }

    /**
     * Adds some logits of a row, which become exp(logit - m).
     *
     * @param target which of them is the target's; any other number when none is
     * @return what the sums of earlier logits were multiplied by, because m has grown
     */
    double add(Softmax softmax, int row, Logits logits, long target) {
        float[] values = logits.values();
        int at = logits.at();
        int end = logits.end();
        if (target >= 0 && target < logits.length()) {
            picked[row] = values[at + (int) target];
        }
        Arrays.fill(values, at + logits.length(), end, Float.NEGATIVE_INFINITY);
        float larger = Math.max(largest[row], softmax.largest(values, at, end));
        double shrinking = Math.exp((double) largest[row] - larger);
        exponentials[row] =
                exponentials[row] * shrinking + softmax.exponentials(values, at, end, larger);
        largest[row] = larger;
        return shrinking;
    }

    /** Returns -ln p(target) of a row. */
    double loss(int row) {
        return Math.log(exponentials[row]) + ((double) largest[row] - picked[row]);
    }

    /** Returns the sum of exp(logit - m) of a row. */
    double exponentials(int row) {
        return exponentials[row];
    }

    /** Returns ln of the sum of exp(logit) of a row, less that of another one. */
    double logSumBeyond(RowLosses other, int row) {
        return Math.log(exponentials[row])
                - Math.log(other.exponentials[row])
                + ((double) largest[row] - other.largest[row]);
    }
}
