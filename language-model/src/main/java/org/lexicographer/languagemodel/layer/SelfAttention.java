package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.Positions;

/**
 * Causal multi-head attention, softmax(Q K^T / sqrt E) V per head (<a
 * href="https://arxiv.org/abs/1706.03762">Vaswani et al. 2017, eq. 1</a>).
 *
 * @param projection from the input to the heads
 * @param rotary turns queries and keys by their positions; empty when no dimension is rotated
 * @param output from the heads' outputs, H * E, to D
 */
public record SelfAttention(
        HeadProjection projection, Optional<RotaryEmbedding> rotary, Linear output) {

    public SelfAttention {
        requireNonNull(projection, "projection is null");
        requireNonNull(rotary, "rotary is null");
        requireNonNull(output, "output is null");
    }

    /**
     * Returns the heads' outputs side by side, (B, T, H * E), which the last projection reads, for
     * the module's input (B, T, D), in the input's manager.
     */
    public NDArray mix(NDArray input, Positions positions) {
        Heads projected = projection.project(input);
        Heads heads = rotary.map(r -> projected.rotated(r, positions)).orElse(projected);
        double scale = 1 / Math.sqrt(heads.queries().getShape().get(3));
        NDArray scores =
                heads.queries()
                        .mul(scale)
                        .matMul(heads.keys().transpose(0, 1, 3, 2)); // (B, H, T, T)
        NDArray weights =
                scores.addi(positions.tables(new CausalMask()).get(0)).softmax(3); // (B, H, T, T)
        return weights.matMul(heads.values()) // (B, H, T, E)
                .transpose(0, 2, 1, 3)
                .reshape(input.getShape().get(0), input.getShape().get(1), -1); // (B, T, H * E)
    }
}
