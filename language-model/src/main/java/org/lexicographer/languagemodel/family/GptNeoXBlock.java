package org.lexicographer.languagemodel.family;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.BlockSites;
import org.lexicographer.languagemodel.forward.SiteWidths.BlockOrder;
import org.lexicographer.languagemodel.layer.LayerNorm;
import org.lexicographer.languagemodel.layer.Mlp;
import org.lexicographer.languagemodel.layer.SelfAttention;

/**
 * A layer of GPT-NeoX. Parallel: x + attention(norm1(x)) + mlp(norm2(x)); sequential: y = x +
 * attention(norm1(x)), then y + mlp(norm2(y)).
 */
record GptNeoXBlock(
        LayerNorm attentionNorm,
        SelfAttention attention,
        LayerNorm mlpNorm,
        Mlp mlp,
        BlockOrder order)
        implements Block {

    GptNeoXBlock {
        requireNonNull(attentionNorm, "attentionNorm is null");
        requireNonNull(attention, "attention is null");
        requireNonNull(mlpNorm, "mlpNorm is null");
        requireNonNull(mlp, "mlp is null");
        requireNonNull(order, "order is null");
    }

    @Override
    public NDArray attentionZ(BlockSites sites) {
        NDArray input = attentionNorm.forward(sites.residualPre()); // (B, T, D)
        return attention.mix(input, sites.positions()); // (B, T, H * E)
    }

    @Override
    public NDArray attentionOut(BlockSites sites) {
        return attention.output().forward(sites.attentionZ()); // (B, T, D)
    }

    @Override
    public NDArray residualMid(BlockSites sites) {
        return sites.attentionOut().add(sites.residualPre()); // (B, T, D)
    }

    @Override
    public NDArray mlpIn(BlockSites sites) {
        return mlpNorm.forward(
                switch (order) {
                    case PARALLEL -> sites.residualPre(); // (B, T, D)
                    case SEQUENTIAL -> sites.residualMid(); // (B, T, D)
                });
    }

    @Override
    public NDArray mlpHidden(BlockSites sites) {
        return mlp.hidden(sites.mlpIn()); // (B, T, M)
    }

    @Override
    public NDArray mlpOut(BlockSites sites) {
        return mlp.output(sites.mlpHidden()); // (B, T, D)
    }

    @Override
    public NDArray residualPost(BlockSites sites) {
        NDArray mlpOut = sites.mlpOut(); // (B, T, D)
        return switch (order) {
            case PARALLEL ->
                    mlpOut.add(sites.attentionOut()).addi(sites.residualPre()); // (B, T, D)
            case SEQUENTIAL -> mlpOut.add(sites.residualMid()); // (B, T, D)
        };
    }
}
