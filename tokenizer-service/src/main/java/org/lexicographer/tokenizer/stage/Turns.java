package org.lexicographer.tokenizer.stage;

import java.math.BigInteger;
import java.util.List;
import java.util.OptionalInt;

/**
 * Says which of several datasets gives the next context, so that their shares of any stretch of the
 * stream are as near to their weights as whole contexts can be.
 *
 * <p>Due is the dataset with the smallest (2 n + 1) / w, for n contexts given and the weight w: the
 * method of odd divisors by which Webster and Sainte-Laguë give seats to parties. It looks at
 * nothing but counts, so those left go on in the proportions of their weights when one ends. All
 * numbers are whole.
 */
final class Turns {

    private final List<BigInteger> weights;
    private final long[] given;
    private final boolean[] ended;

    /** Starts with no context given. */
    Turns(List<BigInteger> weights) {
        this.weights = List.copyOf(weights);
        this.given = new long[weights.size()];
        this.ended = new boolean[weights.size()];
    }

    /**
     * Returns the dataset that gives the next context, the first of equals; empty after the end.
     */
    OptionalInt due() {
        int due = -1;
        for (int i = 0; i < ended.length; i++) {
            if (!ended[i] && (due < 0 || isBefore(i, due))) {
                due = i;
            }
        }
        return due < 0 ? OptionalInt.empty() : OptionalInt.of(due);
    }

    private boolean isBefore(int one, int other) {
        return odd(one).multiply(weights.get(other))
                        .compareTo(odd(other).multiply(weights.get(one)))
                < 0;
    }

    private BigInteger odd(int dataset) {
        return BigInteger.valueOf(given[dataset]).shiftLeft(1).add(BigInteger.ONE);
    }

    /** Counts contexts that a dataset has given. */
    void give(int dataset, long contexts) {
        given[dataset] += contexts;
    }

    /** Says that a dataset gives no more. */
    void end(int dataset) {
        ended[dataset] = true;
    }

    /** Returns how many contexts a dataset has given. */
    long given(int dataset) {
        return given[dataset];
    }

    /** Tells whether a dataset gives no more. */
    boolean hasEnded(int dataset) {
        return ended[dataset];
    }
}
