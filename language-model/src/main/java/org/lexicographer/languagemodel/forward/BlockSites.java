package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;
import java.util.EnumMap;
import java.util.Map;
import org.lexicographer.pipeline.Site;

/** The sites of one block in one forward pass, each computed when first asked for. */
public final class BlockSites {

    private final ForwardPass pass;
    private final int layer;
    private final Block block;
    private final Map<Site.Kind, NDArray> values = new EnumMap<>(Site.Kind.class);

    BlockSites(ForwardPass pass, int layer, Block block, NDArray input) {
        this.pass = pass;
        this.layer = layer;
        this.block = block;
        keep(Site.Kind.RESID_PRE, input);
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
        return pass.positions();
    }

    NDArray get(Site.Kind kind) {
        NDArray value = values.get(kind);
        return value == null ? keep(kind, compute(kind)) : value;
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

    private NDArray keep(Site.Kind kind, NDArray computed) {
        NDArray value = pass.visit(new Site(layer, kind), computed); // (B, T, width of the kind)
        values.put(kind, value);
        return value;
    }
}
