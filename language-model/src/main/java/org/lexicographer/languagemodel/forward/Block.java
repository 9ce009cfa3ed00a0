package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.pipeline.Site;

/**
 * One layer of a transformer, told site by site: each method computes one site from others, which
 * it asks of the {@link BlockSites}. So a replaced site reaches whatever depends on it, and a site
 * that nothing asks for is not computed.
 *
 * <p>A method returns a new array (B, T, width of its site) in the manager of the arrays that it
 * was given, and changes none of those. They are all of the type that blocks compute in, see {@link
 * Transformer#bfloat16}.
 */
public interface Block {

    /** Computes what the attention's output projection reads: the heads' outputs side by side. */
    NDArray attentionZ(BlockSites sites);

    /** Computes the attention module's output. */
    NDArray attentionOut(BlockSites sites);

    /**
     * Computes the stream between attention and MLP. Asked of sequential blocks alone, see {@link
     * SiteWidths}.
     */
    NDArray residualMid(BlockSites sites);

    /** Computes the MLP module's input, after its layer norm. */
    NDArray mlpIn(BlockSites sites);

    /** Computes what the MLP's last projection reads: its neurons after their nonlinearity. */
    NDArray mlpHidden(BlockSites sites);

    /** Computes the MLP module's output. */
    NDArray mlpOut(BlockSites sites);

    /** Computes the block's output. */
    NDArray residualPost(BlockSites sites);

    /**
     * Returns what directions at a site are in the residual stream to which the block adds the site
     * or what it makes of it by a linear map: neither biases nor what depends on the stream. Empty
     * where a nonlinearity lies between.
     *
     * @param directions (N, width of the site)
     * @return (N, D), new, in the manager of the directions
     */
    Optional<NDArray> inStream(Site.Kind kind, NDArray directions);
}
