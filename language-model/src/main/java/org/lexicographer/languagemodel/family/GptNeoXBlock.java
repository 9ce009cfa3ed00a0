package org.lexicographer.languagemodel.family;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.BlockSites;
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
        boolean parallelResidual)
        implements Block {

    GptNeoXBlock {
        requireNonNull(attentionNorm, "attentionNorm is null");
        requireNonNull(attention, "attention is null");
        requireNonNull(mlpNorm, "mlpNorm is null");
        requireNonNull(mlp, "mlp is null");
    }

    @Override
    public NDArray attentionOut(BlockSites sites) {
        NDArray input = attentionNorm.forward(sites.residualPre()); // (B, T, D)
        return attention.forward(input, sites.positions()); // (B, T, D)
    }

    @Override
    public NDArray mlpIn(BlockSites sites) {
        NDArray stream =
                parallelResidual
                        ? sites.residualPre()
                        : sites.attentionOut().add(sites.residualPre()); // (B, T, D)
        return mlpNorm.forward(stream); // (B, T, D)
    }

    @Override
    public NDArray mlpOut(BlockSites sites) {
        return mlp.forward(sites.mlpIn()); // (B, T, D)
    }

    @Override
    public NDArray residualPost(BlockSites sites) {
        NDArray mlpOut = sites.mlpOut(); // (B, T, D)
        return mlpOut.add(sites.attentionOut()).addi(sites.residualPre()); // (B, T, D)
    }
}
