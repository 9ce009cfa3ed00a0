package org.lexicographer.trainer.recipe.gated;

import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.LatentsAboveThresholds;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Seen;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * The formulas of {@link JumpReluLoss}, entry by entry: entries are latents above their threshold,
 * and those within its window.
 *
 * <p>Where the window of a latent reaches to 0, it has the rows in which the latent is silent in it
 * too. What these rows add to dL/dtheta is what all rows would add as silent ones, which is known
 * without looking at them, less what the others would add; those are all entries.
 */
final class SparseJumpRelu implements EntryFormula {

    /** p, and then what it adds to dL/dtheta. */
    private static final int THRESHOLD_GRADIENT = ActiveLatents.OWN;

    private static final int[] SUMMED = {ActiveLatents.GRADIENT, THRESHOLD_GRADIENT};

    /** Half a window, and a little more: what is in it is decided entry by entry. */
    private static final float HALF_WINDOW = 0.51f;

    private final JumpReluLoss loss;
    private final float bandwidth;
    private final Rows encoderBias;
    private final Rows decoder;
    private final Rows bounds;
    private final float[] thetas;
    private long[] openLatents = new long[0];
    private int negative;
    private int rows;
    private double penaltyWeight;
    private double l0;
    private float countGradient;

    SparseJumpRelu(JumpReluLoss loss) {
        this.loss = loss;
        this.bandwidth = (float) loss.spec().bandwidth();
        this.encoderBias = Rows.of(loss.encoderBias().value());
        this.decoder = Rows.of(loss.state().weights().decoderWeight().value());
        this.bounds = Rows.allocate(1, decoder.count());
        this.thetas = new float[decoder.count()];
    }

    @Override
    public int kinds() {
        return ActiveLatents.OWN + 1;
    }

    @Override
    public Needs needs() {
        return Needs.COUNTS;
    }

    @Override
    public Selection select(ActiveLatents active, StepContext context) {
        rows = active.rows();
        penaltyWeight = context.sparsityFactor() * loss.spec().sparsityPenalty();
        negative = 0;
        float[] trained = loss.threshold().value().toFloatArray();
        for (int latent = 0; latent < thetas.length; latent++) {
            thetas[latent] =
                    loss.trainsLogarithm() ? (float) Math.exp(trained[latent]) : trained[latent];
            negative += thetas[latent] < 0 ? 1 : 0;
            float bound = thetas[latent] - HALF_WINDOW * bandwidth;
            bounds.set(0, latent, loss.trainsLogarithm() ? Math.max(0, bound) : bound);
        }
        if (openLatents.length != active.tiles()) {
            openLatents = new long[active.tiles()];
        }
        return new LatentsAboveThresholds(active, encoderBias, bounds).and(opening(active));
    }

    private Selection opening(ActiveLatents active) {
        return new Selection() {
            @Override
            public void take(org.lexicographer.trainer.recipe.active.Products block) {}

            @Override
            public void endTile(int tile) {
                openLatents[tile] = open(active.tile(tile));
            }
        };
    }

    /**
     * Sets f; returns how many latents are above their thresholds, as silent ones are at 0 where
     * those are negative.
     */
    private long open(ActiveTile tile) {
        long open = (long) tile.rows() * negative;
        float[] values = tile.values();
        float[] magnitudes = tile.numbers(THRESHOLD_GRADIENT);
        for (int row = 0; row < tile.rows(); row++) {
            for (int n = tile.start(row); n < tile.end(row); n++) {
                magnitudes[n] = values[n];
                float theta = thetas[tile.latents()[n]];
                // Not a number is not closed: it has to be seen.
                if (values[n] <= theta) {
                    values[n] = 0;
                } else {
                    open += theta < 0 ? 0 : 1;
                }
            }
        }
        return open;
    }

    @Override
    public void selected(ActiveLatents active) {
        double counted = 0;
        for (long open : openLatents) {
            counted += open;
        }
        l0 = counted / rows;
        countGradient = (float) (-penaltyWeight * loss.slope(l0) / rows / bandwidth);
    }

    private boolean inWindow(float value, float theta) {
        return Math.abs((value - theta) / bandwidth) < 0.5f;
    }

    @Override
    public double setGradients(ActiveTile tile, int row) {
        for (int n = tile.start(row); n < tile.end(row); n++) {
            float theta = thetas[tile.latents()[n]];
            float magnitude = tile.numbers(THRESHOLD_GRADIENT)[n];
            float gradient = tile.gradients()[n];
            tile.numbers(THRESHOLD_GRADIENT)[n] =
                    loss.trainsLogarithm()
                            ? paper(magnitude, theta, gradient)
                            : tool(magnitude, theta, gradient);
            tile.gradients()[n] = magnitude <= theta ? 0 : gradient;
        }
        return 0;
    }

    /** Without what a silent latent adds, which {@link #finish} adds for every row. */
    private float paper(float magnitude, float theta, float gradient) {
        float inWindow = -theta / bandwidth * gradient + countGradient;
        return (inWindow(magnitude, theta) ? inWindow : 0) - (inWindow(0, theta) ? inWindow : 0);
    }

    /** The same where silent latents count as 0 in the penalty alone. */
    private float tool(float magnitude, float theta, float gradient) {
        float jump = inWindow(magnitude, theta) ? -theta / bandwidth * gradient : 0;
        if (magnitude <= theta) {
            return jump;
        }
        return jump
                + (inWindow(magnitude, theta) ? countGradient : 0)
                - (inWindow(0, theta) ? countGradient : 0);
    }

    @Override
    public int[] summed() {
        return SUMMED;
    }

    @Override
    public void finish(Rows sums, Rows biasGradient) {
        for (int latent = 0; latent < thetas.length; latent++) {
            float theta = thetas[latent];
            float gradient = sums.get(1, latent);
            if (inWindow(0, theta)) {
                gradient += countGradient * rows;
                gradient += loss.trainsLogarithm() ? silentJump(latent, biasGradient) : 0;
            }
            sums.set(1, latent, loss.trainsLogarithm() ? gradient * theta : gradient);
        }
    }

    private float silentJump(int latent, Rows biasGradient) {
        double sum = 0;
        for (int k = 0; k < decoder.width(); k++) {
            sum += (double) decoder.get(latent, k) * biasGradient.get(0, k);
        }
        return (float) (-thetas[latent] / bandwidth * sum);
    }

    @Override
    public Losses losses(Seen seen) {
        return seen.report()
                ? new Losses(seen.reconstruction(), loss.sparsity(l0), l0, seen.silent())
                : Losses.UNKNOWN;
    }
}
