package org.lexicographer.eval.metric;

/**
 * The number of vectors seen, their mean, and the sum of their squared distances from it, merged
 * piece by piece without cancellation (Chan, Golub, LeVeque: Updating formulae and a pairwise
 * algorithm for computing sample variances, 1979).
 */
final class Moments {

    private long count;
    private double[] mean = {};
    private double squaredDistances;

    /** Adds a piece of {@code n} vectors with that mean and sum of squared distances from it. */
    void add(long n, double[] pieceMean, double pieceSquaredDistances) {
        if (count == 0) {
            count = n;
            mean = pieceMean.clone();
            squaredDistances = pieceSquaredDistances;
            return;
        }
        long total = count + n;
        double shift = 0;
        for (int d = 0; d < mean.length; d++) {
            double delta = pieceMean[d] - mean[d];
            shift += delta * delta;
            mean[d] += delta * n / total;
        }
        squaredDistances += pieceSquaredDistances + shift * count * n / total;
        count = total;
    }

    void add(Moments other) {
        add(other.count, other.mean, other.squaredDistances);
    }

    /** Returns the sum over all vectors of their squared distance from the mean. */
    double squaredDistances() {
        return squaredDistances;
    }
}
