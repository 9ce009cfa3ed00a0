package org.lexicographer.trainer.recipe;

import ai.djl.ndarray.NDArray;

/** What a batch must fulfil before a recipe steps on it. */
public final class BatchCheck {

    private BatchCheck() {}

    /**
     * Checks shapes.
     *
     * @throws IllegalArgumentException when a width differs from the recipe's, or there are not as
     *     many targets as inputs
     */
    public static void check(NDArray inputs, NDArray targets, int inputDim, int outputDim) {
        check("input", inputs, inputDim);
        check("target", targets, outputDim);
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
