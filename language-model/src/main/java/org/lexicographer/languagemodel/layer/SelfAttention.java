package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.Positions;

/**
 * Causal multi-head attention, softmax(Q K^T / sqrt E) V per head (<a
 * href="https://arxiv.org/abs/1706.03762">Vaswani et al. 2017, eq. 1</a>).
 *
 * @param queryKeyValue from D to 3 D: all heads' queries, then keys, then values
 * @param output from D to D
 * @param heads H, which divides D
 * @param rotary turns queries and keys by their positions; empty when no dimension is rotated
 */
public record SelfAttention(
        Linear queryKeyValue, Linear output, int heads, Optional<RotaryEmbedding> rotary) {

    public SelfAttention {
        requireNonNull(queryKeyValue, "queryKeyValue is null");
        requireNonNull(output, "output is null");
        requireNonNull(rotary, "rotary is null");
    }

    /** Returns the module's output (B, T, D) for its input (B, T, D), in the input's manager. */
    public NDArray forward(NDArray input, Positions positions) {
        Shape shape = input.getShape();
        long headDim = shape.get(2) / heads;
        NDList parts =
                queryKeyValue
                        .forward(input) // (B, T, 3 * H * E)
                        .reshape(shape.get(0), shape.get(1), 3, heads, headDim)
                        .transpose(2, 0, 3, 1, 4) // (3, B, H, T, E)
                        .split(new long[] {2}, 0); // (2, B, H, T, E), (1, B, H, T, E)
        NDArray queriesAndKeys = rotate(parts.get(0), positions); // (2, B, H, T, E)
        NDArray values = parts.get(1).get(0); // (B, H, T, E)
        NDArray weights =
                weights(queriesAndKeys.get(0), queriesAndKeys.get(1), positions); // (B, H, T, T)
        NDArray mixed =
                weights.matMul(values) // (B, H, T, E)
                        .transpose(0, 2, 1, 3)
                        .reshape(shape); // (B, T, D)
        return output.forward(mixed); // (B, T, D)
    }

    private NDArray rotate(NDArray queriesAndKeys, Positions positions) {
        return rotary.map(r -> r.rotate(queriesAndKeys, positions))
                .orElse(queriesAndKeys); // (2, B, H, T, E)
    }

    private static NDArray weights(NDArray queries, NDArray keys, Positions positions) {
        double scale = 1 / Math.sqrt(queries.getShape().get(3));
        NDArray scores = queries.mul(scale).matMul(keys.transpose(0, 1, 3, 2)); // (B, H, T, T)
        return scores.addi(positions.causalMask()).softmax(3); // (B, H, T, T)
    }
}
