package org.lexicographer.trainer.recipe.topk;

import java.util.Arrays;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.Products;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.kernel.RowLoops;
import org.lexicographer.trainer.recipe.loss.DeadLatents;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Revival;

/**
 * The loss of {@link AuxiliaryLoss} over the positive dead latents of each row. Which latents are
 * dead is known only once a batch has been encoded; so those that may be are collected meanwhile.
 */
final class SparseAuxiliaryLoss implements Selection, Revival {

    private final AuxiliaryLoss loss;
    private final DeadLatents dead;
    private final Workers workers;
    private final Rows bias;
    private final ActiveLatents candidates;
    private final ActiveLatents chosen;
    private double[] squares = new double[0];
    private int[] mayBeDead = new int[0];
    private float[] mask = new float[0];
    private final Rows mean;
    private Rows centred;
    private float factor;
    private double value;

    /**
     * Creates the loss.
     *
     * @param bias the encoder's bias, one row (F)
     * @param outputDim Dout
     */
    SparseAuxiliaryLoss(
            AuxiliaryLoss loss, DeadLatents dead, Workers workers, Rows bias, int outputDim) {
        this.loss = loss;
        this.dead = dead;
        this.workers = workers;
        this.bias = bias;
        this.candidates = new ActiveLatents(dead.dictionarySize());
        this.chosen = new ActiveLatents(dead.dictionarySize());
        this.mean = Rows.allocate(1, outputDim);
        this.centred = Rows.allocate(1, outputDim);
    }

    /** Begins a batch. */
    void begin(int rows) {
        mayBeDead = dead.thatMayBeDeadAfter(rows);
        value = 0;
        candidates.begin(rows);
    }

    /** Collects the latents that may turn out dead and are positive or NaN. */
    @Override
    public void take(Products block) {
        int first = place(block.firstLatent());
        int last = place(block.firstLatent() + block.latents());
        ActiveTile tile = candidates.tile(block.tile());
        for (int row = 0; row < block.rows() && first < last; row++) {
            tile.reserve(row, last - first);
            for (int i = first; i < last; i++) {
                int latent = mayBeDead[i];
                float product = block.values()[block.start(row) + latent - block.firstLatent()];
                float z = product + bias.get(0, latent);
                if (!(z <= 0)) {
                    tile.add(row, latent, z);
                }
            }
        }
    }

    /** Returns where the latents that may be dead are at least so large. */
    private int place(int latent) {
        int found = Arrays.binarySearch(mayBeDead, latent);
        return found < 0 ? -found - 1 : found;
    }

    /** Keeps the largest dead latents of each row. */
    @Override
    public boolean choose(Rows errors) {
        int count = dead.count();
        if (count == 0) {
            return false;
        }
        int limit = Math.min(loss.latents(), count);
        mask = dead.mask();
        chosen.begin(candidates.rows());
        workers.run(
                chosen.tiles(),
                (tile, worker) -> choose(candidates.tile(tile), chosen.tile(tile), limit));
        factor = factor(errors);
        return true;
    }

    /** Rows are cut as they grow, so that there is room for twice what is kept and no more. */
    private void choose(ActiveTile from, ActiveTile to, int limit) {
        for (int row = 0; row < from.rows(); row++) {
            to.reserve(row, Math.min(2 * limit, from.end(row) - from.start(row)));
            for (int n = from.start(row); n < from.end(row); n++) {
                if (mask[from.latents()[n]] > 0) {
                    if (to.end(row) - to.start(row) == 2 * limit) {
                        to.keepLargest(row, limit);
                    }
                    to.add(row, from.latents()[n], from.values()[n]);
                }
            }
            if (to.end(row) - to.start(row) > limit) {
                to.keepLargest(row, limit);
            }
        }
    }

    @Override
    public ActiveLatents chosen() {
        return chosen;
    }

    @Override
    public float scale() {
        return (float) (loss.weight() * 2 / chosen.rows()) * factor;
    }

    @Override
    public void tried(double sumOfSquares) {
        value = sumOfSquares / chosen.rows() * factor;
    }

    /** Returns the loss before its weight; 0 where no latent is dead. */
    double value() {
        return value;
    }

    /** Returns c; see {@link AuxiliaryLoss}. */
    private float factor(Rows errors) {
        if (loss.compatibility() == Compatibility.PAPER) {
            return 1;
        }
        int rows = errors.count();
        int tiles = chosen.tiles();
        if (squares.length != tiles) {
            squares = new double[tiles];
            centred = Rows.allocate(tiles, errors.width());
        }
        mean.clear();
        for (int row = 0; row < rows; row++) {
            RowLoops.addRow(mean, 0, 1, errors, row);
        }
        RowLoops.scale(mean, 0, 1f / rows);
        workers.run(tiles, (tile, worker) -> squares[tile] = squaresAroundMean(tile, errors));
        double sum = 0;
        for (int tile = 0; tile < tiles; tile++) {
            sum += squares[tile];
        }
        float variance = (float) (sum / rows);
        return variance > 0 ? 1 / variance : 0;
    }

    private double squaresAroundMean(int number, Rows errors) {
        ActiveTile tile = chosen.tile(number);
        double sum = 0;
        for (int row = tile.firstRow(); row < tile.firstRow() + tile.rows(); row++) {
            RowLoops.setScaled(centred, number, 1, errors, row);
            RowLoops.addRow(centred, number, -1, mean, 0);
            sum += RowLoops.dot(centred, number, centred, number);
        }
        return sum;
    }
}
