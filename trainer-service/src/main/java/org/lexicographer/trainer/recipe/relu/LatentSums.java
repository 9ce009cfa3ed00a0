package org.lexicographer.trainer.recipe.relu;

import java.lang.foreign.MemorySegment;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.Workers;

/** Sums of entries' numbers, latent by latent, in the order of rows. */
final class LatentSums {

    /** Latents of one range. */
    private static final int RANGE = 256;

    private final Workers workers;
    private final EntriesByLatent entries;
    private final int[] kinds;
    private final Rows sums;
    private final Rows copy;

    LatentSums(Workers workers, EntriesByLatent entries, int dictionarySize, int... kinds) {
        this.workers = workers;
        this.entries = entries;
        this.kinds = kinds;
        this.sums = Rows.allocate(kinds.length, dictionarySize);
        this.copy = Rows.allocate(kinds.length, dictionarySize);
    }

    /** Returns the sums of a batch, a row (F) for each kind. */
    Rows run() {
        int ranges = (sums.width() + RANGE - 1) / RANGE;
        workers.run(ranges, (range, worker) -> run(range));
        return sums;
    }

    private void run(int range) {
        int last = Math.min((range + 1) * RANGE, sums.width());
        for (int kind = 0; kind < kinds.length; kind++) {
            float[] numbers = entries.numbers(kinds[kind]);
            for (int latent = range * RANGE; latent < last; latent++) {
                float sum = 0;
                for (int n = entries.start(latent); n < entries.end(latent); n++) {
                    sum += numbers[n];
                }
                sums.set(kind, latent, sum);
            }
        }
    }

    /** Returns a copy, to be turned into gradients. */
    Rows copy() {
        MemorySegment.copy(sums.memory(), 0, copy.memory(), 0, sums.memory().byteSize());
        return copy;
    }
}
