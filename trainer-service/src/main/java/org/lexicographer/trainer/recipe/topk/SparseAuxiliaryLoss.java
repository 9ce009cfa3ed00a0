package org.lexicographer.trainer.recipe.topk;

import java.util.Arrays;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.Products;
import org.lexicographer.trainer.recipe.active.RowRanges;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.RowLoops;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.Workers;
import org.lexicographer.trainer.recipe.loss.DeadLatents;
import org.lexicographer.trainer.recipe.sparse.SparseUpdate;

/**
 * The loss of {@link AuxiliaryLoss} over the positive dead latents of each row. Which latents are
 * dead is known only once a batch has been encoded; so those that may be are collected meanwhile.
 */
final class SparseAuxiliaryLoss implements Selection {

    private final AuxiliaryLoss loss;
    private final DeadLatents dead;
    private final Workers workers;
    private final Rows decoderWeight;
    private final Rows bias;
    private final ActiveLatents candidates;
    private final ActiveLatents chosen;
    private final Rows mean;
    private final RowRanges[] ranges;
    private double[] squares = new double[0];
    private int[] mayBeDead = new int[0];
    private float[] mask = new float[0];
    private Rows outputGradient;

    SparseAuxiliaryLoss(
            AuxiliaryLoss loss, DeadLatents dead, Workers workers, SparseUpdate.Weights weights) {
        this.loss = loss;
        this.dead = dead;
        this.workers = workers;
        this.decoderWeight = weights.decoderWeight().value();
        this.bias = weights.encoderBias().value();
        this.candidates = new ActiveLatents(dead.dictionarySize());
        this.chosen = new ActiveLatents(dead.dictionarySize());
        this.mean = Rows.allocate(1, decoderWeight.width());
        this.ranges = new RowRanges[workers.threads()];
        this.outputGradient = Rows.allocate(1, decoderWeight.width());
    }

    /** Begins a batch. */
    void begin(int rows) {
        mayBeDead = loss.weight() == 0 ? new int[0] : dead.thatMayBeDeadAfter(rows);
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

    /** Keeps the largest dead latents of each row; returns false where no latent is dead. */
    boolean choose() {
        int count = dead.count();
        if (count == 0 || loss.weight() == 0) {
            return false;
        }
        int limit = Math.min(loss.latents(), count);
        mask = dead.mask();
        chosen.begin(candidates.rows());
        workers.run(
                chosen.tiles(),
                (tile, worker) -> choose(candidates.tile(tile), chosen.tile(tile), limit));
        return true;
    }

    private void choose(ActiveTile from, ActiveTile to, int limit) {
        for (int row = 0; row < from.rows(); row++) {
            to.reserve(row, from.end(row) - from.start(row));
            for (int n = from.start(row); n < from.end(row); n++) {
                if (mask[from.latents()[n]] > 0) {
                    to.add(row, from.latents()[n], from.values()[n]);
                }
            }
            if (to.end(row) - to.start(row) > limit) {
                to.keepLargest(row, limit);
            }
        }
    }

    /**
     * Works out the gradients; writes those at the latents to {@link #chosen}.
     *
     * @param error x^ - y (B, Dout)
     * @return the loss before its weight
     */
    double run(Rows error) {
        int rows = error.count();
        if (outputGradient.count() != rows) {
            outputGradient = Rows.allocate(rows, error.width());
        }
        if (squares.length < chosen.tiles()) {
            squares = new double[chosen.tiles()];
        }
        float factor = factor(error);
        float scale = (float) (loss.weight() * 2 / rows) * factor;
        workers.run(
                chosen.tiles(),
                (tile, worker) -> squares[tile] = run(chosen.tile(tile), error, scale, worker));
        return sumOfTiles() / rows * factor;
    }

    private double run(ActiveTile tile, Rows error, float scale, int worker) {
        if (ranges[worker] == null) {
            ranges[worker] = new RowRanges();
        }
        RowRanges range = ranges[worker];
        int all = dead.dictionarySize();
        double sum = 0;
        range.begin(tile);
        for (int n = 0; n < tile.rows(); n++) {
            int row = tile.firstRow() + n;
            RowLoops.setScaled(outputGradient, row, 1, error, row);
            Gather.addRows(
                    outputGradient, row, decoderWeight, range.upTo(n, all, ActiveLatents.VALUE));
            sum += RowLoops.dot(outputGradient, row, outputGradient, row);
            RowLoops.scale(outputGradient, row, scale);
        }
        range.begin(tile);
        for (int n = 0; n < tile.rows(); n++) {
            Arrays.fill(tile.gradients(), tile.start(n), tile.end(n), 0);
            Gather.addDots(
                    outputGradient,
                    tile.firstRow() + n,
                    decoderWeight,
                    range.upTo(n, all, ActiveLatents.GRADIENT));
        }
        return sum;
    }

    private double sumOfTiles() {
        double sum = 0;
        for (int tile = 0; tile < chosen.tiles(); tile++) {
            sum += squares[tile];
        }
        return sum;
    }

    /** Returns c; see {@link AuxiliaryLoss}. */
    private float factor(Rows error) {
        if (loss.compatibility() == Compatibility.PAPER) {
            return 1;
        }
        int rows = error.count();
        mean.clear();
        for (int row = 0; row < rows; row++) {
            RowLoops.addRow(mean, 0, 1, error, row);
        }
        RowLoops.scale(mean, 0, 1f / rows);
        workers.run(
                chosen.tiles(),
                (tile, worker) -> squares[tile] = squaresAroundMean(chosen.tile(tile), error));
        float variance = (float) (sumOfTiles() / rows);
        return variance > 0 ? 1 / variance : 0;
    }

    private double squaresAroundMean(ActiveTile tile, Rows error) {
        double sum = 0;
        for (int row = tile.firstRow(); row < tile.firstRow() + tile.rows(); row++) {
            RowLoops.setScaled(outputGradient, row, 1, error, row);
            RowLoops.addRow(outputGradient, row, -1, mean, 0);
            sum += RowLoops.dot(outputGradient, row, outputGradient, row);
        }
        return sum;
    }

    /** Returns g by latent, with dL/dz. */
    ActiveLatents chosen() {
        return chosen;
    }

    /** Returns dL/d(W_d g) (B, Dout). */
    Rows outputGradient() {
        return outputGradient;
    }
}
