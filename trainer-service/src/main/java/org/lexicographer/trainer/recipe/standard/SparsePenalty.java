package org.lexicographer.trainer.recipe.standard;

import static org.lexicographer.trainer.recipe.standard.DensePenalty.ENTROPY_EPSILON;

import java.util.Arrays;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;
import org.lexicographer.trainer.recipe.sparse.WeightedRows;

/** The sparsity penalties over the active latents of one row; {@link DensePenalty} has them too. */
final class SparsePenalty {

    private SparsePenalty() {}

    /**
     * Sets the row's entries of {@code gradients} to the weighted gradient; returns the penalty.
     */
    static double setGradients(Penalty penalty, float weight, WeightedRows row, float[] gradients) {
        double total = 0;
        for (int n = row.from(); n < row.to(); n++) {
            total += row.weight()[n];
        }
        return switch (penalty) {
            case L1 -> {
                Arrays.fill(gradients, row.from(), row.to(), weight);
                yield total;
            }
            case ENTROPY -> setEntropyGradients(weight, row, total + ENTROPY_EPSILON, gradients);
        };
    }

    private static double setEntropyGradients(
            float weight, WeightedRows row, double total, float[] gradients) {
        double entropy = 0;
        double mean = 0;
        for (int n = row.from(); n < row.to(); n++) {
            double share = row.weight()[n] / total;
            double shifted = share + ENTROPY_EPSILON;
            double log = Math.log(shifted);
            double slope = -(log + share / shifted);
            entropy -= share * log;
            mean += slope * share;
            gradients[n] = (float) slope;
        }
        for (int n = row.from(); n < row.to(); n++) {
            gradients[n] = (float) (weight * (gradients[n] - mean) / total);
        }
        return entropy;
    }
}
