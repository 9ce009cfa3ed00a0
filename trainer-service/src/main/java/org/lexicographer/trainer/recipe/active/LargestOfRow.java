package org.lexicographer.trainer.recipe.active;

import java.util.Arrays;
import org.lexicographer.kernel.Rows;

/**
 * Selects the k largest positive pre-activations of each row. Those below the smallest that would
 * be kept so far are dropped at once; the others are reduced to the largest each time that their
 * number has doubled. NaN is larger than all; of equal ones the earlier is kept.
 */
final class LargestOfRow implements LargestLatents {

    private final Rows bias;
    private ActiveLatents active;
    private float[] thresholds = new float[0];
    private int k;

    LargestOfRow(Rows bias) {
        this.bias = bias;
    }

    @Override
    public void begin(ActiveLatents batch, int latentsPerRow) {
        active = batch;
        k = latentsPerRow;
        if (thresholds.length < batch.rows()) {
            thresholds = new float[batch.rows()];
        }
        Arrays.fill(thresholds, 0);
    }

    @Override
    public void take(Products block) {
        ActiveTile tile = active.tile(block.tile());
        boolean last = block.firstLatent() + block.latents() == active.dictionarySize();
        for (int row = 0; row < block.rows(); row++) {
            int number = tile.firstRow() + row;
            PreActivations.addAbove(block, row, bias, thresholds[number], tile);
            int found = tile.end(row) - tile.start(row);
            if (found >= 2L * k || (found > k && last)) {
                thresholds[number] = tile.keepLargest(row, k);
            }
        }
    }
}
