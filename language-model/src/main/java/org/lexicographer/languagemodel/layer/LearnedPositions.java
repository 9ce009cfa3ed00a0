package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import org.lexicographer.languagemodel.forward.Positions;

/**
 * A table with one row per position.
 *
 * @param weight (contextLimit, D)
 */
public record LearnedPositions(NDArray weight) {

    public LearnedPositions {
        requireNonNull(weight, "weight is null");
    }

    /** Adds each position's row to embeddings (B, T, D), which change; returns them. */
    public NDArray addTo(NDArray embeddings, Positions positions) {
        try (NDArray rows = weight.get(new NDIndex("0:" + positions.length()))) { // (T, D)
            return embeddings.addi(rows); // (B, T, D)
        }
    }
}
