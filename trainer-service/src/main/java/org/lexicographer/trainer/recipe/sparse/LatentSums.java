package org.lexicographer.trainer.recipe.sparse;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;

/** Sums of entries' numbers, latent by latent, in the order of rows. */
final class LatentSums {

    /** Latents of one range. */
    private static final int RANGE = 256;

    private final Workers workers;
    private final int[] kinds;
    private final Rows sums;
    private final Rows copy;

    LatentSums(Workers workers, int dictionarySize, int... kinds) {
        this.workers = workers;
        this.kinds = kinds;
        this.sums = Rows.allocate(kinds.length, dictionarySize);
        this.copy = Rows.allocate(kinds.length, dictionarySize);
    }

    /** Returns the sums of a batch, a row (F) for each kind. */
    Rows run(List<Contribution> contributions) {
        int ranges = (sums.width() + RANGE - 1) / RANGE;
        workers.run(ranges, (range, worker) -> run(contributions, range));
        return sums;
    }

    private void run(List<Contribution> contributions, int range) {
        int last = Math.min((range + 1) * RANGE, sums.width());
        for (int kind = 0; kind < kinds.length; kind++) {
            for (int latent = range * RANGE; latent < last; latent++) {
                float sum = 0;
                for (int i = 0; i < contributions.size(); i++) {
                    sum = contributions.get(i).entries().addNumbers(latent, kinds[kind], sum);
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
