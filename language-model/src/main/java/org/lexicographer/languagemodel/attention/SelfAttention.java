package org.lexicographer.languagemodel.attention;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.Positions;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Input;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Rotation;
import org.lexicographer.languagemodel.layer.Linear;

/**
 * Causal multi-head attention.
 *
 * @param projection from the input to the heads
 * @param rotary turns queries and keys by their positions; empty when no dimension is rotated
 * @param rule how the heads look at positions
 * @param output from the heads' outputs, H * E, to D
 */
public record SelfAttention(
        HeadProjection projection,
        Optional<RotaryEmbedding> rotary,
        AttentionRule rule,
        Linear output) {

    public SelfAttention {
        requireNonNull(projection, "projection is null");
        requireNonNull(rotary, "rotary is null");
        requireNonNull(rule, "rule is null");
        requireNonNull(output, "output is null");
    }

    /**
     * Returns the heads' outputs side by side, (B, T, H * E), which the last projection reads, for
     * the module's input (B, T, D), in the input's manager.
     */
    public NDArray mix(NDArray input, Positions positions) {
        Input heads = projection.project(input);
        if (output.bfloat16().isPresent()) {
            NDList angles = rotary.map(positions::tables).orElseGet(NDList::new);
            return rule.mix(
                    Heads.of(heads, Optional.empty(), positions),
                    angles,
                    positions,
                    output.bfloat16().get()); // (B, T, H * E)
        }
        return input.getDevice().isGpu()
                ? rule.mix(Heads.of(heads, rotary, positions), positions) // (B, T, H * E)
                : rule.mix(turned(heads, positions)); // (B, T, H * E)
    }

    private Input turned(Input heads, Positions positions) {
        return rotary.map(positions::tables)
                .map(tables -> heads.turned(new Rotation(tables.get(0), tables.get(1))))
                .orElse(heads);
    }
}
