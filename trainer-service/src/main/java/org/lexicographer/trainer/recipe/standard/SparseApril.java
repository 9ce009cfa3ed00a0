package org.lexicographer.trainer.recipe.standard;

import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.PositiveLatents;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Seen;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.update.Parameter;

/** The formulas of {@link StandardAprilLoss}, entry by entry. */
final class SparseApril implements EntryFormula {

    private static final int[] ENCODER_BIAS_AND_VALUES = {
        ActiveLatents.GRADIENT, ActiveLatents.VALUE
    };

    private final double sparsityPenalty;
    private final Parameter encoderBias;
    private final Rows decoder;
    private final float[] norms;
    private float penaltyWeight;

    /**
     * Creates the formulas.
     *
     * @param sparsityPenalty lambda
     * @param encoderBias b_e (F)
     * @param decoder W_d (F, Dout)
     */
    SparseApril(double sparsityPenalty, Parameter encoderBias, Parameter decoder) {
        this.sparsityPenalty = sparsityPenalty;
        this.encoderBias = encoderBias;
        this.decoder = Rows.of(decoder.value());
        this.norms = new float[this.decoder.count()];
    }

    @Override
    public Selection select(ActiveLatents active, StepContext context) {
        penaltyWeight = (float) (context.sparsityFactor() * sparsityPenalty / active.rows());
        for (int latent = 0; latent < norms.length; latent++) {
            norms[latent] = norm(latent);
        }
        return new PositiveLatents(active, Rows.of(encoderBias.value()));
    }

    private float norm(int latent) {
        double squares = 0;
        for (int k = 0; k < decoder.width(); k++) {
            double weight = decoder.get(latent, k);
            squares += weight * weight;
        }
        return (float) Math.sqrt(squares);
    }

    @Override
    public double setGradients(ActiveTile tile, int row) {
        double penalty = 0;
        for (int n = tile.start(row); n < tile.end(row); n++) {
            float norm = norms[tile.latents()[n]];
            tile.gradients()[n] += penaltyWeight * norm;
            penalty += tile.values()[n] * norm;
        }
        return penalty;
    }

    @Override
    public int[] summed() {
        return ENCODER_BIAS_AND_VALUES;
    }

    @Override
    public float decoderShare(Rows sums, int latent) {
        return penaltyWeight * sums.get(1, latent) / norms[latent];
    }

    @Override
    public Losses losses(Seen seen) {
        return seen.report()
                ? new Losses(
                        seen.reconstruction(),
                        seen.penalty() / seen.rows(),
                        seen.l0(),
                        seen.silent())
                : Losses.UNKNOWN;
    }
}
