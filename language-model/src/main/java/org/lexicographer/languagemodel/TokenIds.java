package org.lexicographer.languagemodel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.languagemodel.forward.ModelSize;

/** What a model takes for token ids. */
final class TokenIds {

    private TokenIds() {}

    /**
     * Returns token ids (B, T) as int64 in the scope.
     *
     * @throws IllegalArgumentException when a model of the size does not take them, with the reason
     */
    static NDArray checked(NDArray tokens, ModelSize size, NDManager scope) {
        Shape shape = tokens.getShape();
        if (shape.dimension() != 2 || shape.get(0) < 1 || shape.get(1) < 1) {
            throw new IllegalArgumentException(
                    "token ids have the wrong shape: expected=(B, T), found=" + shape);
        }
        checkLength(shape.get(1), size);
        long[] ids = ids(tokens);
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= size.vocabularySize()) {
                throw new IllegalArgumentException(
                        "token id out of range: vocabularySize=%d, found=%d, context=%d, position=%d"
                                .formatted(
                                        size.vocabularySize(),
                                        ids[i],
                                        i / shape.get(1),
                                        i % shape.get(1)));
            }
        }
        return scope.create(ids, shape); // (B, T)
    }

    static void checkLength(long contextLength, ModelSize size) {
        if (contextLength > size.contextLimit()) {
            throw new IllegalArgumentException(
                    "context too long for the model: limit=%d, found=%d"
                            .formatted(size.contextLimit(), contextLength));
        }
    }

    private static long[] ids(NDArray tokens) {
        if (tokens.getDataType() != DataType.INT64 && tokens.getDataType() != DataType.INT32) {
            throw new IllegalArgumentException(
                    "token ids have the wrong type: expected=int64 or int32, found="
                            + tokens.getDataType());
        }
        NDArray wide = tokens.toType(DataType.INT64, false); // (B, T)
        try {
            return wide.toLongArray();
        } finally {
            if (wide != tokens) {
                wide.close();
            }
        }
    }
}
