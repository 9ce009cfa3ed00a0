package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.dictionary.DictionaryException;

/** Checks what callers hand to a dictionary. */
final class Rows {

    private Rows() {}

    static void check(NDArray rows, String what, int width) {
        Shape shape = rows.getShape();
        if (shape.dimension() != 2) {
            throw new DictionaryException(
                    "%s must have two dimensions: expected=(N, %d), found=%s"
                            .formatted(what, width, shape));
        }
        if (shape.get(1) != width) {
            throw new DictionaryException(
                    "%s width mismatch: expected=%d, found=%d"
                            .formatted(what, width, shape.get(1)));
        }
        if (rows.getDataType() != DataType.FLOAT32) {
            throw new DictionaryException(
                    "%s type mismatch: expected=float32, found=%s"
                            .formatted(what, rows.getDataType()));
        }
    }
}
