package org.lexicographer.trainer.recipe.sparse;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.ActiveLatents;

/** Sums of entries' numbers, latent by latent, in the order of rows. */
final class LatentSums {

    /** Latents of one range. */
    private static final int RANGE = 256;

    private final Workers workers;
    private final int[] kinds;
    private final int gradients;
    private final Rows sums;
    private final Rows copy;
    private final int[] counts;
    private final int[] above;

    /** Sums numbers of some kinds, and gradients; those of the kinds come first. */
    LatentSums(Workers workers, RowMemory memory, int dictionarySize, int... kinds) {
        this.workers = workers;
        this.kinds =
                IntStream.concat(IntStream.of(kinds), IntStream.of(ActiveLatents.GRADIENT))
                        .distinct()
                        .toArray();
        this.gradients = Arrays.stream(this.kinds).boxed().toList().indexOf(ActiveLatents.GRADIENT);
        this.sums = memory.rows(this.kinds.length, dictionarySize);
        this.copy = memory.rows(this.kinds.length, dictionarySize);
        this.counts = new int[dictionarySize];
        this.above = new int[dictionarySize];
    }

    /** Begins a batch without entries. */
    void begin() {
        sums.clear();
        Arrays.fill(counts, 0);
        Arrays.fill(above, 0);
    }

    /** Adds entries of the batch, those of the first contribution to the active ones as well. */
    void add(List<Contribution> contributions) {
        int ranges = (sums.width() + RANGE - 1) / RANGE;
        workers.run(ranges, (range, worker) -> add(contributions, range));
    }

    private void add(List<Contribution> contributions, int range) {
        int last = Math.min((range + 1) * RANGE, sums.width());
        for (int latent = range * RANGE; latent < last; latent++) {
            above[latent] += contributions.getFirst().entries().above(latent);
            for (int i = 0; i < contributions.size(); i++) {
                counts[latent] += (int) contributions.get(i).entries().count(latent, latent + 1);
            }
        }
        for (int kind = 0; kind < kinds.length; kind++) {
            for (int latent = range * RANGE; latent < last; latent++) {
                float sum = sums.get(kind, latent);
                for (int i = 0; i < contributions.size(); i++) {
                    sum = contributions.get(i).entries().addNumbers(latent, kinds[kind], sum);
                }
                sums.set(kind, latent, sum);
            }
        }
    }

    /** Returns the sums, a row (F) for each kind. */
    Rows sums() {
        return sums;
    }

    /** Returns a copy, to be turned into gradients. */
    Rows copy() {
        MemorySegment.copy(sums.memory(), 0, copy.memory(), 0, sums.memory().byteSize());
        return copy;
    }

    /** Returns the sum of a latent's gradients. */
    float gradient(int latent) {
        return sums.get(gradients, latent);
    }

    /** Tells whether a latent has entries. */
    boolean isActive(int latent) {
        return counts[latent] > 0;
    }

    /** Returns how many of a latent's values are above 0, or are not a number. */
    int above(int latent) {
        return above[latent];
    }
}
