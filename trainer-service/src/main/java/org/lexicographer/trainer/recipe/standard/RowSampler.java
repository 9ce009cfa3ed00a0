package org.lexicographer.trainer.recipe.standard;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Draws rows of a batch at random, with given weights; a function of its seed alone. */
final class RowSampler {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final SplittableRandom random;

    /** The same recipe at the same step draws the same rows, whatever was drawn before. */
    RowSampler(long seed, long step) {
        this.random = new SplittableRandom(seed ^ (GOLDEN * (step + 1)));
    }

    /** Draws rows that may repeat, each with probability proportional to its weight. */
    int[] withReplacement(double[] weights, int count) {
        double[] cumulative = weights.clone();
        for (int i = 1; i < cumulative.length; i++) {
            cumulative[i] += cumulative[i - 1];
        }
        double total = cumulative[cumulative.length - 1];
        if (!(total > 0)) {
            return new int[0];
        }
        return IntStream.range(0, count)
                .map(i -> firstAbove(cumulative, random.nextDouble() * total))
                .toArray();
    }

    private static int firstAbove(double[] cumulative, double value) {
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * Draws different rows, one after another, each with probability proportional to its weight
     * among those left; fewer than asked for when fewer have a positive weight. Exponential races
     * give that distribution (Efraimidis and Spirakis, Weighted random sampling with a reservoir,
     * 2006).
     */
    int[] withoutReplacement(double[] weights, int count) {
        double[] arrival = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            double wait = -Math.log(1 - random.nextDouble());
            arrival[i] = weights[i] > 0 ? wait / weights[i] : Double.POSITIVE_INFINITY;
        }
        return IntStream.range(0, weights.length)
                .filter(i -> weights[i] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> arrival[i]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
