package org.lexicographer.languagemodel.architecture;

import ai.djl.ndarray.NDArray;
import org.lexicographer.languagemodel.attention.SelfAttention;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.BlockSites;
import org.lexicographer.languagemodel.layer.Mlp;

/** A layer of an attention module and an MLP, wherever in the layer they read and write. */
sealed interface TwoModuleBlock extends Block permits ParallelBlock, SequentialBlock {

    /** Returns the attention module. */
    SelfAttention attention();

    /** Returns the MLP. */
    Mlp mlp();

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
}
