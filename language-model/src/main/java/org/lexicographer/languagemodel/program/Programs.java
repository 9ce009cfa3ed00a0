package org.lexicographer.languagemodel.program;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/**
 * The programs that the parts of a model compute with.
 *
 * @param bfloat16 empty where parts compute in float32
 * @param attention empty where a kernel of this project mixes heads: in float32 on a CPU
 */
public record Programs(Optional<Bfloat16> bfloat16, Optional<FusedAttention> attention) {

    /** What computes in float32 on a CPU. */
    public static final Programs NONE = new Programs(Optional.empty(), Optional.empty());

    public Programs {
        requireNonNull(bfloat16, "bfloat16 is null");
        requireNonNull(attention, "attention is null");
    }

    /** Compiles what a model needs on the owner's kind of device; the programs are the owner's. */
    public static Programs compile(NDManager owner, ComputeType type) {
        boolean isNarrow = type == ComputeType.BFLOAT16;
        boolean isFused = isNarrow || owner.getDevice().isGpu();
        return new Programs(
                isNarrow ? Optional.of(Bfloat16.compile(owner)) : Optional.empty(),
                isFused ? Optional.of(FusedAttention.compile(owner)) : Optional.empty());
    }
}
