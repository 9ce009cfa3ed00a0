package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.lexicographer.pipeline.Site;

/**
 * The sites of one block in one forward pass, each computed when first asked for. It takes note of
 * what each was computed from, so that a branch with another value at one site shares the others
 * that do not depend on it.
 */
public final class BlockSites {

    private final Visitor visitor;
    private final Positions positions;
    private final int layer;
    private final Block block;
    private final Map<Site.Kind, NDArray> values = new EnumMap<>(Site.Kind.class);
    private final Map<Site.Kind, Set<Site.Kind>> sources = new EnumMap<>(Site.Kind.class);
    private Set<Site.Kind> asked = EnumSet.noneOf(Site.Kind.class);

    /** What a pass does with the value that was computed for a site. */
    interface Visitor {
        /** Changes nothing. */
        Visitor NONE = (site, computed) -> computed;

        /** Returns the value that the site has from then on. */
        NDArray visit(Site site, NDArray computed);
    }

    /** Enters a block, whose input is still to be set. */
    BlockSites(Visitor visitor, Positions positions, int layer, Block block) {
        this.visitor = visitor;
        this.positions = positions;
        this.layer = layer;
        this.block = block;
    }

    /** Sets the block's input. */
    BlockSites enter(NDArray input) {
        keep(Site.Kind.RESID_PRE, input, EnumSet.noneOf(Site.Kind.class));
        return this;
    }

    /**
     * Returns a branch with another value at a site.
     *
     * @param scope owns the views of what is shared, and what the branch computes
     */
    BlockSites with(Site.Kind kind, NDArray value, NDManager scope) {
        BlockSites branch = new BlockSites(Visitor.NONE, positions, layer, block);
        sources.forEach(
                (other, itsSources) -> {
                    if (other != kind && !itsSources.contains(kind)) {
                        branch.keep(other, Views.in(scope, values.get(other)), itsSources);
                    }
                });
        branch.keep(kind, Views.in(scope, value), EnumSet.noneOf(Site.Kind.class));
        return branch;
    }

    /** Returns the block's input (B, T, D). */
    public NDArray residualPre() {
        return get(Site.Kind.RESID_PRE);
    }

    /** Returns the heads' outputs side by side (B, T, H * E). */
    public NDArray attentionZ() {
        return get(Site.Kind.ATTN_Z);
    }

    /** Returns the attention module's output (B, T, D). */
    public NDArray attentionOut() {
        return get(Site.Kind.ATTN_OUT);
    }

    /** Returns the stream between attention and MLP (B, T, D) of a sequential block. */
    public NDArray residualMid() {
        return get(Site.Kind.RESID_MID);
    }

    /** Returns the MLP module's input (B, T, D). */
    public NDArray mlpIn() {
        return get(Site.Kind.MLP_IN);
    }

    /** Returns the MLP's neurons after their nonlinearity (B, T, M). */
    public NDArray mlpHidden() {
        return get(Site.Kind.MLP_HIDDEN);
    }

    /** Returns the MLP module's output (B, T, D). */
    public NDArray mlpOut() {
        return get(Site.Kind.MLP_OUT);
    }

    /** Returns what depends on the positions alone. */
    public Positions positions() {
        return positions;
    }

    NDArray get(Site.Kind kind) {
        if (!values.containsKey(kind)) {
            Set<Site.Kind> outer = asked;
            asked = EnumSet.noneOf(Site.Kind.class);
            keep(kind, compute(kind), asked);
            asked = outer;
        }
        asked.add(kind);
        asked.addAll(sources.get(kind));
        return values.get(kind);
    }

    private NDArray compute(Site.Kind kind) {
        return switch (kind) {
            case ATTN_Z -> block.attentionZ(this);
            case ATTN_OUT -> block.attentionOut(this);
            case RESID_MID -> block.residualMid(this);
            case MLP_IN -> block.mlpIn(this);
            case MLP_HIDDEN -> block.mlpHidden(this);
            case MLP_OUT -> block.mlpOut(this);
            case RESID_POST -> block.residualPost(this);
            case EMBED, RESID_PRE ->
                    throw new IllegalStateException("not a block's to compute: kind=" + kind);
        };
    }

    private void keep(Site.Kind kind, NDArray computed, Set<Site.Kind> itsSources) {
        values.put(kind, visitor.visit(new Site(layer, kind), computed));
        sources.put(kind, itsSources);
    }
}
