package org.lexicographer.languagemodel.attention;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.lexicographer.languagemodel.forward.Positions;

/**
 * Which positions each may look at: itself and up to {@code window} - 1 before it. One mask (T, T):
 * 0 where it may look, minus infinity elsewhere.
 */
record BandMask(int window) implements Positions.Tables {

    @Override
    public NDList make(int length, NDManager scope) {
        float[] mask = new float[length * length];
        Arrays.fill(mask, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < length; row++) {
            int start = Math.max(0, row + 1 - window);
            Arrays.fill(mask, row * length + start, row * length + row + 1, 0);
        }
        return new NDList(scope.create(mask, new Shape(length, length))); // (T, T)
    }
}
