package org.lexicographer.languagemodel.attention;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.Positions;
import org.lexicographer.languagemodel.kernel.AttentionKernel.HeadColumns;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Input;

/**
 * What the heads of an attention module work with. Query head h reads key and value head h / (H/G),
 * where G are the key heads.
 *
 * @param queries (B, H, T, E)
 * @param keys (B, G, T, E), where G divides H
 * @param values (B, G, T, E)
 */
record Heads(NDArray queries, NDArray keys, NDArray values) {

    Heads {
        requireNonNull(queries, "queries is null");
        requireNonNull(keys, "keys is null");
        requireNonNull(values, "values is null");
    }

    /** Returns the heads with queries and keys turned where there is a rotation. */
    static Heads of(Input input, Optional<RotaryEmbedding> rotary, Positions positions) {
        Heads heads =
                new Heads(
                        view(input.queries(), input.headDim()), // (B, H, T, E)
                        view(input.keys(), input.headDim()), // (B, G, T, E)
                        view(input.values(), input.headDim())); // (B, G, T, E)
        return rotary.map(r -> heads.rotated(r, positions)).orElse(heads);
    }

    private static NDArray view(HeadColumns columns, int headDim) {
        Shape shape = columns.array().getShape();
        int first = columns.first() / headDim;
        int step = columns.step() / headDim;
        int end = first + (columns.count() - 1) * step + 1;
        return columns.array()
                .reshape(shape.get(0), shape.get(1), -1, headDim) // (B, T, ..., E)
                .get(new NDIndex(":, :, %d:%d:%d".formatted(first, end, step)))
                .transpose(0, 2, 1, 3); // (B, heads, T, E)
    }

    /** Returns the heads with queries and keys turned by their positions. */
    private Heads rotated(RotaryEmbedding rotary, Positions positions) {
        return new Heads(
                rotary.rotate(queries, positions), // (B, H, T, E)
                rotary.rotate(keys, positions), // (B, G, T, E)
                values);
    }

    /** Returns the queries from start to end, and the keys and values from another start to end. */
    Heads part(int start, int end, int firstKey) {
        if (start == 0 && end == queries.getShape().get(2)) {
            return this;
        }
        NDIndex seen = new NDIndex(":, :, %d:%d".formatted(firstKey, end));
        return new Heads(
                queries.get(new NDIndex(":, :, %d:%d".formatted(start, end))), // (B, H, rows, E)
                keys.get(seen), // (B, G, columns, E)
                values.get(seen)); // (B, G, columns, E)
    }

    /** Returns the queries that read the same keys one after the other, (B, G, H/G * T, E). */
    NDArray grouped() {
        Shape shape = queries.getShape();
        long rows = shape.get(1) / keys.getShape().get(1) * shape.get(2);
        return queries.reshape(shape.get(0), keys.getShape().get(1), rows, shape.get(3));
    }
}
