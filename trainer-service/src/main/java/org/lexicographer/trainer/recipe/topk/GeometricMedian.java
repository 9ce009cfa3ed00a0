package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/**
 * The point with the least sum of distances to given points, by Weiszfeld's algorithm from their
 * mean: at most 100 rounds, until a round moves it by less than 1e-5. In float32 and in the order
 * of dictionary_learning, but for points that the estimate has reached: they are left out of the
 * round, which they would make infinite.
 */
final class GeometricMedian {

    private static final int ROUNDS = 100;
    private static final float TOLERANCE = 1e-5f;

    private GeometricMedian() {}

    /**
     * Returns the median (D); it and all intermediate arrays belong to the points' manager.
     *
     * @param points (B, D)
     */
    static NDArray of(NDArray points) {
        NDArray guess = points.mean(new int[] {0}); // (D)
        for (int round = 0; round < ROUNDS; round++) {
            NDArray distances = points.sub(guess).norm(2, new int[] {1}, false); // (B)
            NDArray apart = distances.gt(0); // (B)
            if (apart.none().getBoolean()) {
                return guess;
            }
            NDArray inverse = distances.onesLike().div(distances); // (B)
            NDArray weights = NDArrays.where(apart, inverse, inverse.zerosLike()); // (B)
            weights.divi(weights.sum());
            NDArray next = weights.reshape(-1, 1).mul(points).sum(new int[] {0}); // (D), of (B, D)
            boolean arrived = next.sub(guess).norm().getFloat() < TOLERANCE;
            guess = next;
            if (arrived) {
                break;
            }
        }
        return guess;
    }
}
