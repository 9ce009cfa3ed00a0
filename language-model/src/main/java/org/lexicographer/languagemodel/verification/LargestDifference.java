package org.lexicographer.languagemodel.verification;

/**
 * The largest absolute difference seen, and where.
 *
 * @param value 0 or more; NaN once anything compared was not finite
 * @param at what was compared there; empty when nothing differed
 */
record LargestDifference(double value, String at) {

    static final LargestDifference NONE = new LargestDifference(0, "");

    LargestDifference and(double expected, double found, String where) {
        double difference = Math.abs(expected - found);
        boolean larger = !(difference <= value) && !Double.isNaN(value);
        return larger ? new LargestDifference(difference, where) : this;
    }

    boolean within(double tolerance) {
        return value <= tolerance;
    }
}
