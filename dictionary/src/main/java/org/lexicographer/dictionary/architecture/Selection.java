package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;

/**
 * Keeps some latents and sets the others to 0. Intermediate arrays stay in the arguments' manager.
 */
final class Selection {

    private Selection() {}

    /** Returns values where the condition holds and 0 elsewhere, whatever is elsewhere. */
    static NDArray keep(NDArray condition, NDArray values) {
        return NDArrays.where(condition, values, values.zerosLike()); // (N, F)
    }

    /** Returns values 1[values > threshold]. */
    static NDArray above(NDArray values, float threshold) {
        return keep(values.gt(threshold), values); // (N, F)
    }

    /**
     * Returns the k largest values of each row; of equal ones, those of lower index.
     *
     * @param values (N, F), none negative
     */
    static NDArray largest(NDArray values, int k) {
        if (k >= values.getShape().get(1) || values.isEmpty()) {
            return values;
        }
        NDArray smallest = values.topK(k, 1, true, true).getFirst().get(":, -1:"); // (N, 1)
        NDArray kept = keep(values.gte(smallest), values); // (N, F)
        boolean ties = kept.gt(0).sum(new int[] {1}).max().getLong() > k;
        return ties ? keep(firstOfEqual(values, smallest, k), values) : kept; // (N, F)
    }

    private static NDArray firstOfEqual(NDArray values, NDArray smallest, int k) {
        NDArray greater = values.gt(smallest); // (N, F)
        NDArray equal = values.eq(smallest); // (N, F)
        NDArray room = greater.sum(new int[] {1}, true).neg().add(k); // (N, 1)
        NDArray rank = equal.toType(DataType.INT64, false).cumSum(1); // (N, F)
        return greater.logicalOr(equal.logicalAnd(rank.lte(room))); // (N, F)
    }
}
