package org.lexicographer.languagemodel.architecture;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.languagemodel.attention.SelfAttention;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.BlockSites;
import org.lexicographer.languagemodel.layer.Mlp;
import org.lexicographer.languagemodel.layer.Norm;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.pipeline.Site;

/** A layer of an attention module and an MLP, wherever in the layer they read and write. */
sealed interface TwoModuleBlock extends Block permits ParallelBlock, SequentialBlock {

    /** Returns the attention module. */
    SelfAttention attention();

    /** Returns the MLP. */
    Mlp mlp();

    /** Returns what the layer computes with where it does in bfloat16; empty for float32. */
    default Optional<Bfloat16> bfloat16() {
        return attention().output().bfloat16();
    }

    /** Returns the norm of what the attention module writes; empty when it is added as it is. */
    Optional<Norm> afterAttention();

    /** Returns the norm of what the MLP writes; empty when it is added as it is. */
    Optional<Norm> afterMlp();

    @Override
    default NDArray attentionOut(BlockSites sites) {
        return attention().output().forward(sites.attentionZ()); // (B, T, D)
    }

    @Override
    default NDArray mlpHidden(BlockSites sites) {
        return mlp().hidden(sites.mlpIn()); // (B, T, M)
    }

    @Override
    default NDArray mlpOut(BlockSites sites) {
        return mlp().output(sites.mlpHidden()); // (B, T, D)
    }

    @Override
    default Optional<NDArray> inStream(Site.Kind kind, NDArray directions) {
        return switch (kind) {
            case EMBED, RESID_PRE, RESID_MID, RESID_POST -> Optional.of(directions.duplicate());
            case ATTN_Z ->
                    Optional.of(
                            added(
                                    attention().output().withoutBias().forward(directions),
                                    afterAttention())); // (N, D)
            case ATTN_OUT -> Optional.of(added(directions.duplicate(), afterAttention())); // (N, D)
            case MLP_HIDDEN ->
                    Optional.of(
                            added(
                                    mlp().down().withoutBias().forward(directions),
                                    afterMlp())); // (N, D)
            case MLP_OUT -> Optional.of(added(directions.duplicate(), afterMlp())); // (N, D)
            case MLP_IN -> Optional.empty();
        };
    }

    private static NDArray added(NDArray written, Optional<Norm> after) {
        if (after.isEmpty()) {
            return written; // (N, D)
        }
        try (written) {
            return after.get().weigh(written); // (N, D)
        }
    }
}
