package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.trainer.recipe.dense.BatchPanels;
import org.lexicographer.trainer.recipe.dense.RangeEntries;

/**
 * Entries that are too many to be sorted: they are multiplied where they lie.
 *
 * @param ranges where they lie
 * @param panels what they are multiplied with
 */
record EntriesInPlace(RangeEntries ranges, BatchPanels panels) implements LatentEntries {

    @Override
    public long count(int from, int to) {
        long count = 0;
        for (int latent = from; latent < to; latent++) {
            count += ranges.count(latent);
        }
        return count;
    }

    @Override
    public int above(int latent) {
        return ranges.above(latent);
    }

    @Override
    public float addNumbers(int latent, int kind, float sum) {
        return sum + ranges.sum(latent, kind);
    }
}
