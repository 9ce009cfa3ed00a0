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

/** The formulas of {@link StandardLoss}, entry by entry; without ghost gradients. */
final class SparseStandard implements EntryFormula {

    private static final int[] ENCODER_BIAS = {ActiveLatents.GRADIENT};

    private final StandardLoss loss;
    private float penaltyWeight;

    SparseStandard(StandardLoss loss) {
        this.loss = loss;
    }

    @Override
    public Selection select(ActiveLatents active, StepContext context) {
        double weight = loss.spec().sparsityPenalty() * context.sparsityFactor();
        penaltyWeight = (float) weight / active.rows();
        return new PositiveLatents(active, Rows.of(loss.own.encoderBias().value()));
    }

    @Override
    public double errorCount(int rows) {
        return loss.errorCount(rows);
    }

    @Override
    public double setGradients(ActiveTile tile, int row) {
        return SparsePenalty.addGradients(loss.spec().penalty(), penaltyWeight, tile, row);
    }

    @Override
    public int[] summed() {
        return ENCODER_BIAS;
    }

    @Override
    public Losses losses(Seen seen) {
        loss.own.silent().count(seen.active());
        return seen.report()
                ? new Losses(
                        seen.reconstruction(),
                        seen.penalty() / seen.rows(),
                        seen.l0(),
                        loss.deadLatents())
                : Losses.UNKNOWN;
    }
}
