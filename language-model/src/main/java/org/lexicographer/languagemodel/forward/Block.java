package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;

/**
 * One layer of a transformer, told site by site: each method computes one site from others, which
 * it asks of the {@link BlockSites}. So a replaced site reaches whatever depends on it, and a site
 * that nothing asks for is not computed.
 *
 * <p>A method returns a new array (B, T, D) in the manager of the arrays that it was given, and
 * changes none of those.
 */
public interface Block {

    /** Computes the attention module's output. */
    NDArray attentionOut(BlockSites sites);

    /** Computes the MLP module's input, after its layer norm. */
    NDArray mlpIn(BlockSites sites);

    /** Computes the MLP module's output. */
    NDArray mlpOut(BlockSites sites);

    /** Computes the block's output. */
    NDArray residualPost(BlockSites sites);
}
