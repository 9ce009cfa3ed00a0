package org.lexicographer.trainer.recipe.active;

import org.lexicographer.kernel.Rows;

/**
 * Selects pre-activations that are above a threshold of each latent's own, and those that are NaN.
 *
 * @param active takes them, begun for the batch
 * @param bias the encoder's bias, one row (F)
 * @param thresholds one row (F)
 */
public record LatentsAboveThresholds(ActiveLatents active, Rows bias, Rows thresholds)
        implements Selection {

    @Override
    public void take(Products block) {
        ActiveTile tile = active.tile(block.tile());
        for (int row = 0; row < block.rows(); row++) {
            PreActivations.addAbove(block, row, bias, thresholds, tile);
        }
    }
}
