package org.lexicographer.languagemodel.attention;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.lexicographer.languagemodel.forward.Positions;

/**
 * Which of the last {@code columns} positions each of the last {@code rows} may look at: itself and
 * up to {@code window} - 1 before it. One mask (rows, columns): 0 where it may look, minus infinity
 * elsewhere.
 */
record BandMask(int rows, int columns, int window) implements Positions.Tables {

    @Override
    public NDList make(int length, NDManager scope) {
        float[] mask = new float[rows * columns];
        Arrays.fill(mask, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < rows; row++) {
            int end = columns - rows + row + 1;
            int start = Math.max(0, end - window);
            Arrays.fill(mask, row * columns + start, row * columns + end, 0);
        }
        return new NDList(scope.create(mask, new Shape(rows, columns))); // (rows, columns)
    }
}
