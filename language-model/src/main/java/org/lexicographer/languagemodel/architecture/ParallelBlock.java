package org.lexicographer.languagemodel.architecture;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.languagemodel.attention.SelfAttention;
import org.lexicographer.languagemodel.forward.BlockSites;
import org.lexicographer.languagemodel.layer.Mlp;
import org.lexicographer.languagemodel.layer.Norm;
import org.lexicographer.languagemodel.layer.Sum;

/**
 * A layer whose attention and MLP both read its input: x + attention(norm1(x)) + mlp(norm2(x)). No
 * stream lies between them.
 */
public record ParallelBlock(Norm attentionNorm, SelfAttention attention, Norm mlpNorm, Mlp mlp)
        implements TwoModuleBlock {

    public ParallelBlock {
        requireNonNull(attentionNorm, "attentionNorm is null");
        requireNonNull(attention, "attention is null");
        requireNonNull(mlpNorm, "mlpNorm is null");
        requireNonNull(mlp, "mlp is null");
    }

    @Override
    public Optional<Norm> afterAttention() {
        return Optional.empty();
    }

    @Override
    public Optional<Norm> afterMlp() {
        return Optional.empty();
    }

    @Override
    public NDArray attentionZ(BlockSites sites) {
        NDArray input = attentionNorm.forward(sites.residualPre()); // (B, T, D)
        return attention.mix(input, sites.positions()); // (B, T, H * E)
    }

    @Override
    public NDArray residualMid(BlockSites sites) {
        throw new IllegalStateException("no stream between attention and MLP of a layer");
    }

    @Override
    public NDArray mlpIn(BlockSites sites) {
        return mlpNorm.forward(sites.residualPre()); // (B, T, D)
    }

    @Override
    public NDArray residualPost(BlockSites sites) {
        return Sum.of(
                bfloat16(), sites.mlpOut(), sites.attentionOut(), sites.residualPre()); // (B, T, D)
    }
}
