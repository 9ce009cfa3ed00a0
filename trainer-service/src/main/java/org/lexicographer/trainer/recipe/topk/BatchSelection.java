package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.OptionalDouble;

/**
 * The largest latents of a whole batch.
 *
 * @param latents f (B, F): those that are kept, and 0
 * @param smallest the smallest of them that is positive; absent where none is
 */
record BatchSelection(NDArray latents, OptionalDouble smallest) {

    /** Keeps k B of a batch's latents (B, F), none negative. */
    static BatchSelection of(NDArray rectified, int k) {
        long rows = rectified.getShape().get(0);
        NDArray flat = rectified.flatten(); // (B * F)
        int count = (int) Math.min(k * rows, flat.size());
        NDList largest = flat.topK(count, 0, true, false);
        NDArray latents =
                flat.zerosLike()
                        .scatter(largest.get(1), largest.get(0), 0)
                        .reshape(rectified.getShape()); // (B, F)
        return new BatchSelection(latents, smallest(largest.get(0).toFloatArray()));
    }

    private static OptionalDouble smallest(float[] values) {
        float smallest = Float.POSITIVE_INFINITY;
        for (float value : values) {
            smallest = value > 0 ? Math.min(smallest, value) : smallest;
        }
        return smallest < Float.POSITIVE_INFINITY
                ? OptionalDouble.of(smallest)
                : OptionalDouble.empty();
    }

    /** Returns whether each latent is positive in some row, (F). */
    boolean[] active() {
        return latents.max(new int[] {0}).gt(0).toBooleanArray();
    }
}
