package org.lexicographer.trainer.recipe.standard;

import static org.lexicographer.trainer.recipe.standard.DensePenalty.ENTROPY_EPSILON;

import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.trainer.recipe.active.ActiveTile;

/** The sparsity penalties over the active latents of one row; {@link DensePenalty} has them too. */
final class SparsePenalty {

    private SparsePenalty() {}

    /** Adds the weighted penalty's gradients at a row's entries; returns the penalty. */
    static double addGradients(Penalty penalty, float weight, ActiveTile tile, int row) {
        float[] values = tile.values();
        double total = 0;
        for (int n = tile.start(row); n < tile.end(row); n++) {
            total += values[n];
        }
        return switch (penalty) {
            case L1 -> {
                float[] gradients = tile.gradients();
                for (int n = tile.start(row); n < tile.end(row); n++) {
                    gradients[n] += weight;
                }
                yield total;
            }
            case ENTROPY -> addEntropyGradients(weight, tile, row, total + ENTROPY_EPSILON);
        };
    }

    private static double addEntropyGradients(
            float weight, ActiveTile tile, int row, double total) {
        float[] values = tile.values();
        float[] gradients = tile.gradients();
        double entropy = 0;
        double mean = 0;
        for (int n = tile.start(row); n < tile.end(row); n++) {
            double share = values[n] / total;
            entropy -= share * Math.log(share + ENTROPY_EPSILON);
            mean += slope(share) * share;
        }
        for (int n = tile.start(row); n < tile.end(row); n++) {
            gradients[n] += (float) (weight * (slope(values[n] / total) - mean) / total);
        }
        return entropy;
    }

    private static double slope(double share) {
        double shifted = share + ENTROPY_EPSILON;
        return -(Math.log(shifted) + share / shifted);
    }
}
