package org.lexicographer.trainer.recipe.gated;

import java.util.Arrays;
import java.util.OptionalInt;
import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.PreActivations;
import org.lexicographer.trainer.recipe.active.Products;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Seen;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/** The formulas of {@link GatedWeights} and {@link GatedLoss}, entry by entry. */
final class SparseGated implements EntryFormula {

    /** h; an entry is an open gate. */
    private static final int GATE = ActiveLatents.OWN;

    /** W_d' 2 / B a, and then dL/dh. */
    private static final int GATE_GRADIENT = ActiveLatents.OWN + 1;

    /** z, and then what it adds to dL/dr. */
    private static final int SCALE_GRADIENT = ActiveLatents.OWN + 2;

    /** dL/dm. */
    private static final int MAGNITUDE_GRADIENT = ActiveLatents.OWN + 3;

    private static final int KINDS = ActiveLatents.OWN + 4;
    private static final int[] SUMMED = {SCALE_GRADIENT, GATE_GRADIENT, MAGNITUDE_GRADIENT};

    private final GatePenalty penalty;
    private final Rows gateBias;
    private final Rows magnitudeBias;
    private final Rows magnitudeScale;
    private final float[] factors;
    private long step;
    private boolean looked;
    private double penaltyScale;
    private double[] next = new double[0];

    SparseGated(GatedWeights weights, GatePenalty penalty) {
        this.penalty = penalty;
        this.gateBias = Rows.of(weights.gateBias().value());
        this.magnitudeBias = Rows.of(weights.magnitudeBias().value());
        this.magnitudeScale = Rows.of(weights.magnitudeScale().value());
        this.factors = new float[weights.affine().dictionarySize()];
    }

    @Override
    public int kinds() {
        return KINDS;
    }

    @Override
    public Selection select(ActiveLatents active, StepContext context) {
        step = context.step();
        looked = context.report() || penalty.compares();
        penaltyScale = context.sparsityFactor() / active.rows();
        if (next.length != active.rows()) {
            next = new double[active.rows()];
        }
        for (int latent = 0; latent < factors.length; latent++) {
            factors[latent] = (float) Math.exp(magnitudeScale.get(0, latent));
        }
        return block -> {
            for (int row = 0; row < block.rows(); row++) {
                openGates(block, active.tile(block.tile()), row);
            }
        };
    }

    private void openGates(Products block, ActiveTile tile, int row) {
        int from = tile.end(row) - tile.start(row);
        PreActivations.addAbove(block, row, gateBias, 0, tile);
        float[] values = tile.values();
        for (int n = tile.start(row) + from; n < tile.end(row); n++) {
            int latent = tile.latents()[n];
            float product = block.values()[block.start(row) + latent - block.firstLatent()];
            float magnitude = factors[latent] * product + magnitudeBias.get(0, latent);
            tile.numbers(GATE)[n] = values[n];
            tile.numbers(SCALE_GRADIENT)[n] = product;
            // Not a number is not 0: it has to be seen.
            values[n] = magnitude <= 0 ? 0 : magnitude;
        }
    }

    @Override
    public OptionalInt attempt() {
        return OptionalInt.of(GATE);
    }

    @Override
    public double setGradients(ActiveTile tile, int row) {
        int from = tile.start(row);
        int to = tile.end(row);
        float[] gates = tile.numbers(GATE);
        float[] gateGradients = tile.numbers(GATE_GRADIENT);
        penalty.addRowGradient(gates, gateGradients, from, to, penaltyScale);
        for (int n = from; n < to; n++) {
            float factor = factors[tile.latents()[n]];
            float magnitudeGradient = tile.values()[n] == 0 ? 0 : tile.gradients()[n];
            tile.numbers(MAGNITUDE_GRADIENT)[n] = magnitudeGradient;
            tile.numbers(SCALE_GRADIENT)[n] *= factor * magnitudeGradient;
            tile.gradients()[n] = factor * magnitudeGradient + gateGradients[n];
        }
        next[tile.firstRow() + row] = penalty.nextRowValue(gates, from, to, factors.length);
        return looked ? penalty.rowValue(gates, from, to, factors.length) : 0;
    }

    @Override
    public int[] summed() {
        return SUMMED;
    }

    @Override
    public Losses losses(Seen seen) {
        double value = seen.penalty() / seen.rows();
        penalty.step(value, Arrays.stream(next).sum() / seen.rows(), step);
        return seen.report()
                ? new Losses(seen.reconstruction(), value, seen.l0(), seen.silent())
                : Losses.UNKNOWN;
    }
}
