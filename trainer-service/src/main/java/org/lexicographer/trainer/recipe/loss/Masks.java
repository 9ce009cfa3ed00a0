package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/** Selects elements of arrays, whatever the others are: multiplying infinity by 0 gives NaN. */
public final class Masks {

    private Masks() {}

    /** Returns values where the mask, of zeros and ones, is 1, and 0 elsewhere, like the values. */
    public static NDArray keep(NDArray mask, NDArray values) {
        return NDArrays.where(mask.gt(0), values, values.zerosLike()); // like the values
    }
}
