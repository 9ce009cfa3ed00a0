package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import org.lexicographer.languagemodel.forward.Positions;

/**
 * What the heads of an attention module work with. Query head h reads key and value head h * G / H,
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

    /** Returns the heads with queries and keys turned by their positions. */
    Heads rotated(RotaryEmbedding rotary, Positions positions) {
        return new Heads(
                rotary.rotate(queries, positions), // (B, H, T, E)
                rotary.rotate(keys, positions), // (B, G, T, E)
                values);
    }
}
