package org.lexicographer.trainer.recipe.standard;

import static org.lexicographer.trainer.recipe.standard.DensePenalty.ENTROPY_EPSILON;

import java.util.Arrays;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.trainer.recipe.active.ActiveTile;

/** The sparsity penalties over the active latents of one row; {@link DensePenalty} has them too. */
final class SparsePenalty {

    private SparsePenalty() {}

    /** Sets the gradients of a row's entries to the weighted penalty's; returns the penalty. */
    static double setGradients(Penalty penalty, float weight, ActiveTile tile, int row) {
        float[] values = tile.values();
        double total = 0;
        for (int n = tile.start(row); n < tile.end(row); n++) {
            total += values[n];
        }
        return switch (penalty) {
            case L1 -> {
                Arrays.fill(tile.gradients(), tile.start(row), tile.end(row), weight);
                yield total;
            }
            case ENTROPY -> setEntropyGradients(weight, tile, row, total + ENTROPY_EPSILON);
        };
    }

    private static double setEntropyGradients(
            float weight, ActiveTile tile, int row, double total) {
        float[] values = tile.values();
        float[] gradients = tile.gradients();
        double entropy = 0;
        double mean = 0;
        for (int n = tile.start(row); n < tile.end(row); n++) {
            double share = values[n] / total;
            double shifted = share + ENTROPY_EPSILON;
            double log = Math.log(shifted);
            double slope = -(log + share / shifted);
            entropy -= share * log;
            mean += slope * share;
            gradients[n] = (float) slope;
        }
        for (int n = tile.start(row); n < tile.end(row); n++) {
            gradients[n] = (float) (weight * (gradients[n] - mean) / total);
        }
        return entropy;
    }
}
