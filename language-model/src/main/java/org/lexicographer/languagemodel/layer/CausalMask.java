package org.lexicographer.languagemodel.layer;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.lexicographer.languagemodel.forward.Positions;

/** One mask (T, T): 0 where a position may look, minus infinity after itself. */
record CausalMask() implements Positions.Tables {

    @Override
    public NDList make(int length, NDManager scope) {
        float[] mask = new float[length * length];
        for (int row = 0; row < length; row++) {
            Arrays.fill(mask, row * length + row + 1, (row + 1) * length, Float.NEGATIVE_INFINITY);
        }
        return new NDList(scope.create(mask, new Shape(length, length))); // (T, T)
    }
}
