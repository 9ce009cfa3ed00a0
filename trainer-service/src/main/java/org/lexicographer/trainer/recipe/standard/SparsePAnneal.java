package org.lexicographer.trainer.recipe.standard;

import java.util.Arrays;
import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.PositiveLatents;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.anneal.AnnealedNorm;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Seen;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/** The formulas of {@link PAnnealLoss}, entry by entry. */
final class SparsePAnneal implements EntryFormula {

    private static final int[] ENCODER_BIAS = {ActiveLatents.GRADIENT};

    private final PAnnealLoss loss;
    private final AnnealedNorm norm;
    private long step;
    private boolean looked;
    private double penaltyScale;
    private double[] next = new double[0];

    SparsePAnneal(PAnnealLoss loss, AnnealedNorm norm) {
        this.loss = loss;
        this.norm = norm;
    }

    @Override
    public Selection select(ActiveLatents active, StepContext context) {
        step = context.step();
        looked = context.report() || norm.compares();
        penaltyScale = context.sparsityFactor() * norm.weight() / active.rows();
        if (next.length != active.rows()) {
            next = new double[active.rows()];
        }
        return new PositiveLatents(active, Rows.of(loss.own.encoderBias().value()));
    }

    @Override
    public double setGradients(ActiveTile tile, int row) {
        int from = tile.start(row);
        int to = tile.end(row);
        int size = loss.weights.dictionarySize();
        norm.addRowGradient(tile.values(), tile.gradients(), from, to, penaltyScale);
        if (norm.compares()) {
            next[tile.firstRow() + row] = norm.rowValue(tile.values(), from, to, norm.next(), size);
        }
        return looked ? norm.rowValue(tile.values(), from, to, norm.p(), size) : 0;
    }

    @Override
    public int[] summed() {
        return ENCODER_BIAS;
    }

    @Override
    public Losses losses(Seen seen) {
        double penalty = seen.penalty() / seen.rows();
        loss.own.silent().count(seen.active());
        norm.step(penalty, Arrays.stream(next).sum() / seen.rows(), step);
        return seen.report()
                ? new Losses(seen.reconstruction(), penalty, seen.l0(), loss.deadLatents())
                : Losses.UNKNOWN;
    }
}
