package org.lexicographer.trainer.recipe.active;

import org.lexicographer.kernel.Rows;

/**
 * Selects all positive pre-activations, and those that are NaN.
 *
 * @param active takes them, begun for the batch
 * @param bias the encoder's bias, one row (F)
 */
public record PositiveLatents(ActiveLatents active, Rows bias) implements Selection {

    @Override
    public void take(Products block) {
        ActiveTile tile = active.tile(block.tile());
        for (int row = 0; row < block.rows(); row++) {
            PreActivations.addAbove(block, row, bias, 0, tile);
        }
    }
}
