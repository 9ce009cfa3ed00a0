package org.lexicographer.languagemodel.attention;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.Positions;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Input;
import org.lexicographer.languagemodel.kernel.AttentionKernel.Rotation;
import org.lexicographer.languagemodel.layer.Linear;
import org.lexicographer.languagemodel.program.FusedAttention;

/**
 * Causal multi-head attention.
 *
 * @param projection from the input to the heads
 * @param rotary turns queries and keys by their positions; empty when no dimension is rotated
 * @param rule how the heads look at positions
 * @param program what mixes heads; empty where a kernel does
 * @param output from the heads' outputs, H * E, to D
 */
public record SelfAttention(
        HeadProjection projection,
        Optional<RotaryEmbedding> rotary,
        AttentionRule rule,
        Optional<FusedAttention> program,
        Linear output) {

    public SelfAttention {
        requireNonNull(projection, "projection is null");
        requireNonNull(rotary, "rotary is null");
        requireNonNull(rule, "rule is null");
        requireNonNull(program, "program is null");
        requireNonNull(output, "output is null");
    }

    /**
     * Returns the heads' outputs side by side, (B, T, H * E), which the last projection reads, for
     * the module's input (B, T, D), in the input's manager.
     */
    public NDArray mix(NDArray input, Positions positions) {
        Input heads = turned(projection.project(input), positions);
        return program.map(it -> rule.mix(heads, positions, it))
                .orElseGet(() -> rule.mix(heads)); // (B, T, H * E)
    }

    private Input turned(Input heads, Positions positions) {
        return rotary.map(positions::tables)
                .map(tables -> heads.turned(new Rotation(tables.get(0), tables.get(1))))
                .orElse(heads);
    }
}
