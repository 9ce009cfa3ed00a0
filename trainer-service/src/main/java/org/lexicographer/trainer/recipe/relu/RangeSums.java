package org.lexicographer.trainer.recipe.relu;

import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.Terms;

/**
 * Sums rows of the batch over the entries of successive latents, latent after latent; where many
 * are active, block of rows after block, each for all latents, so that a block is read from memory
 * once. The order of a latent's sum is that of rows either way. For use by one thread.
 */
final class RangeSums {

    /** Rows that stay in the second cache. */
    private static final int BLOCK = 64;

    /** The share of active latents from which one block's rows are shared by many entries. */
    private static final double SHARE_OF_BLOCKS = 1 / 16.0;

    private final int[] next;
    private final Terms terms = new Terms();

    /** Sums for at most so many latents at a time. */
    RangeSums(int latents) {
        this.next = new int[latents];
    }

    /**
     * Sets one row of the target for each latent.
     *
     * @param kind the numbers that rows are multiplied by
     * @param matrix the batch's rows
     */
    void set(EntriesByLatent entries, LatentRange latents, int kind, Rows matrix, Target target) {
        int last = latents.last();
        long count = (long) entries.end(last - 1) - entries.start(latents.first());
        double all = (double) (last - latents.first()) * matrix.count();
        int block = count > SHARE_OF_BLOCKS * all ? BLOCK : matrix.count();
        for (int latent = latents.first(); latent < last; latent++) {
            next[latent - latents.first()] = entries.start(latent);
            target.sums().clear(target.slot() + latent - latents.first());
        }
        terms.of(entries.rows(), entries.numbers(kind));
        for (int first = 0; first < matrix.count(); first += block) {
            boolean whole = first + block >= matrix.count();
            for (int latent = latents.first(); latent < last; latent++) {
                int n = latent - latents.first();
                int end = entries.end(latent);
                int to = whole ? end : endBelow(entries.rows(), next[n], end, first + block);
                Gather.addRows(
                        target.sums(), target.slot() + n, matrix, terms.between(next[n], to));
                next[n] = to;
            }
        }
    }

    private static int endBelow(int[] rows, int from, int end, int limit) {
        int n = from;
        while (n < end && rows[n] < limit) {
            n++;
        }
        return n;
    }

    /** Successive latents, from the first to before the last. */
    record LatentRange(int first, int last) {}

    /** Rows that sums go to, from one on. */
    record Target(Rows sums, int slot) {}
}
