package org.lexicographer.trainer.engine;

import ai.djl.ndarray.NDArray;
import org.lexicographer.trainer.recipe.loss.AffineWeights;

/** What a batch must fulfil before a recipe steps on it. */
final class BatchCheck {

    private BatchCheck() {}

    /**
     * Checks shapes.
     *
     * @throws IllegalArgumentException when a width differs from the recipe's, or there are not as
     *     many targets as inputs
     */
    static void check(NDArray inputs, NDArray targets, AffineWeights weights) {
        check("input", inputs, weights.inputDim());
        check("target", targets, weights.outputDim());
        if (inputs.getShape().get(0) != targets.getShape().get(0)) {
            throw new IllegalArgumentException(
                    "inputs and targets must have as many rows: inputs=%s, targets=%s"
                            .formatted(inputs.getShape(), targets.getShape()));
        }
    }

    private static void check(String what, NDArray rows, int width) {
        if (rows.getShape().dimension() != 2 || rows.getShape().get(1) != width) {
            throw new IllegalArgumentException(
                    "%s width mismatch: expected=(B, %d), found=%s"
                            .formatted(what, width, rows.getShape()));
        }
    }
}
