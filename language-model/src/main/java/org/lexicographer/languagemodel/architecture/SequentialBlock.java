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
 * A layer whose MLP reads what its attention has added to: y = x + attention(norm(x)), then y +
 * mlp(norm(y)).
 *
 * @param before the norms of what the modules read
 * @param after the norms of what the modules write; empty when it is added as it is
 */
public record SequentialBlock(Norms before, SelfAttention attention, Mlp mlp, Optional<Norms> after)
        implements TwoModuleBlock {

    /** One norm for the attention module, one for the MLP. */
    public record Norms(Norm attention, Norm mlp) {

        public Norms {
            requireNonNull(attention, "attention is null");
            requireNonNull(mlp, "mlp is null");
        }
    }

    public SequentialBlock {
        requireNonNull(before, "before is null");
        requireNonNull(attention, "attention is null");
        requireNonNull(mlp, "mlp is null");
        requireNonNull(after, "after is null");
    }

    @Override
    public Optional<Norm> afterAttention() {
        return after.map(Norms::attention);
    }

    @Override
    public Optional<Norm> afterMlp() {
        return after.map(Norms::mlp);
    }

    @Override
    public NDArray attentionZ(BlockSites sites) {
        NDArray input = before.attention().forward(sites.residualPre()); // (B, T, D)
        return attention.mix(input, sites.positions()); // (B, T, H * E)
    }

    @Override
    public NDArray residualMid(BlockSites sites) {
        NDArray written = sites.attentionOut(); // (B, T, D)
        return Sum.of(
                bfloat16(),
                afterAttention().map(norm -> norm.forward(written)).orElse(written),
                sites.residualPre()); // (B, T, D)
    }

    @Override
    public NDArray mlpIn(BlockSites sites) {
        return before.mlp().forward(sites.residualMid()); // (B, T, D)
    }

    @Override
    public NDArray residualPost(BlockSites sites) {
        NDArray written = sites.mlpOut(); // (B, T, D)
        return Sum.of(
                bfloat16(),
                afterMlp().map(norm -> norm.forward(written)).orElse(written),
                sites.residualMid()); // (B, T, D)
    }
}
