package org.lexicographer.trainer.recipe.topk;

import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.loss.DeadLatents;
import org.lexicographer.trainer.recipe.sparse.ActiveLatents;
import org.lexicographer.trainer.recipe.sparse.RowKernel;
import org.lexicographer.trainer.recipe.sparse.Rows;
import org.lexicographer.trainer.recipe.sparse.WeightedRows;

/**
 * The loss of {@link AuxiliaryLoss} over the positive dead latents of each row. Which latents are
 * dead is known only once a batch has been encoded; so those that may be are collected meanwhile.
 */
final class SparseAuxiliaryLoss {

    private final AuxiliaryLoss loss;
    private final DeadLatents dead;
    private final RowKernel kernel;
    private final Rows decoderWeight;
    private final ActiveLatents candidates;
    private final ActiveLatents chosen;
    private final Rows mean;
    private int[] mayBeDead = new int[0];
    private Rows outputGradient;

    SparseAuxiliaryLoss(
            AuxiliaryLoss loss, DeadLatents dead, RowKernel kernel, Rows decoderWeight) {
        this.loss = loss;
        this.dead = dead;
        this.kernel = kernel;
        this.decoderWeight = decoderWeight;
        this.candidates = new ActiveLatents(dead.dictionarySize());
        this.chosen = new ActiveLatents(dead.dictionarySize());
        this.mean = Rows.allocate(1, decoderWeight.width());
        this.outputGradient = Rows.allocate(1, decoderWeight.width());
    }

    /** Begins a batch. */
    void begin(int rows) {
        mayBeDead = loss.weight() == 0 ? new int[0] : dead.thatMayBeDeadAfter(rows);
        candidates.reset(rows);
    }

    /** Collects the latents of one row that may turn out dead and are positive or NaN. */
    void addRow(Rows preActivations, int row, Rows bias) {
        candidates.startRow();
        for (int latent : mayBeDead) {
            float z = preActivations.get(row, latent) + bias.get(0, latent);
            if (!(z <= 0)) {
                candidates.add(latent, z);
            }
        }
        candidates.endRow();
    }

    /** Keeps the largest dead latents of each row; returns false where no latent is dead. */
    boolean choose() {
        int count = dead.count();
        if (count == 0 || loss.weight() == 0) {
            return false;
        }
        int limit = Math.min(loss.latents(), count);
        float[] mask = dead.mask();
        chosen.reset(candidates.rows());
        for (int row = 0; row < candidates.rows(); row++) {
            WeightedRows terms = candidates.row(row);
            chosen.startRow();
            for (int n = terms.from(); n < terms.to(); n++) {
                if (mask[terms.row()[n]] > 0) {
                    chosen.add(terms.row()[n], terms.weight()[n]);
                }
            }
            if (chosen.countFrom(row) > limit) {
                chosen.keepLargest(row, limit);
            }
            chosen.endRow();
        }
        return true;
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
        float factor = factor(error);
        float scale = (float) (loss.weight() * 2 / rows) * factor;
        double squares = 0;
        float[] gradients = chosen.gradients();
        for (int row = 0; row < rows; row++) {
            WeightedRows latents = chosen.row(row);
            kernel.setScaled(outputGradient, row, 1, error, row);
            kernel.addRows(outputGradient, row, decoderWeight, latents);
            squares += kernel.dot(outputGradient, row, outputGradient, row);
            kernel.scale(outputGradient, row, scale);
            for (int n = latents.from(); n < latents.to(); n++) {
                gradients[n] = kernel.dot(outputGradient, row, decoderWeight, latents.row()[n]);
            }
        }
        chosen.groupByLatent();
        return squares / rows * factor;
    }

    /** Returns c; see {@link AuxiliaryLoss}. */
    private float factor(Rows error) {
        if (loss.compatibility() == Compatibility.PAPER) {
            return 1;
        }
        int rows = error.count();
        mean.clear();
        for (int row = 0; row < rows; row++) {
            kernel.addRow(mean, 0, 1, error, row);
        }
        kernel.scale(mean, 0, 1f / rows);
        double squares = 0;
        for (int row = 0; row < rows; row++) {
            kernel.setScaled(outputGradient, row, 1, error, row);
            kernel.addRow(outputGradient, row, -1, mean, 0);
            squares += kernel.dot(outputGradient, row, outputGradient, row);
        }
        float variance = (float) (squares / rows);
        return variance > 0 ? 1 / variance : 0;
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
