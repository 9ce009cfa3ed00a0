package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/** What depends on the positions alone, made once per forward pass and shared by its blocks. */
public final class Positions {

    private final NDManager scope;
    private final int length;
    private final Map<NDArray, NDArray> rowsOfTable = new IdentityHashMap<>();
    private NDArray causalMask;

    Positions(NDManager scope, int length) {
        this.scope = scope;
        this.length = length;
    }

    /** Returns the first T rows (T, ...) of a table with one row per position. */
    public NDArray rows(NDArray table) {
        return rowsOfTable.computeIfAbsent(table, this::slice);
    }

    private NDArray slice(NDArray table) {
        NDArray rows = table.get(new NDIndex("0:" + length)); // (T, ...)
        rows.attach(scope);
        return rows;
    }

    /** Returns the mask (T, T): 0 where a position may look, minus infinity after itself. */
    public NDArray causalMask() {
        if (causalMask == null) {
            float[] mask = new float[length * length];
            for (int row = 0; row < length; row++) {
                Arrays.fill(
                        mask, row * length + row + 1, (row + 1) * length, Float.NEGATIVE_INFINITY);
            }
            causalMask = scope.create(mask, new Shape(length, length)); // (T, T)
        }
        return causalMask;
    }
}
