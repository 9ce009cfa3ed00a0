package org.lexicographer.trainer.recipe.sparse;

import java.util.List;
import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.dense.RangeEntries;
import org.lexicographer.trainer.recipe.dense.RangeProducts;
import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.Terms;

/**
 * Sums rows of the batch over the entries of successive latents. Where few are active, a latent at
 * a time is best, so that its gradients are still in the first cache when they are used; where many
 * are, block of rows after block, each for all latents of a range, so that a block is read from
 * memory once. The order of a latent's sum is that of rows either way. For use by one thread.
 */
final class LatentGradients {

    /** Latents whose gradients stay in the second cache. */
    static final int RANGE = RangeEntries.RANGE;

    /** Rows that stay in the second cache. */
    private static final int BLOCK = 64;

    /** The share of active latents from which one block's rows are shared by many entries. */
    private static final double SHARE_OF_BLOCKS = 1 / 16.0;

    private final int[] next = new int[RANGE];
    private final Terms terms = new Terms();
    private final RangeProducts products = new RangeProducts();
    private int first;
    private int end;
    private int block;

    /**
     * Begins with latents that are best summed at once.
     *
     * @param from the first of them
     * @param last one past the last that it can be, less than {@link #RANGE} apart
     * @param rows B
     * @return one past the last of them; up to it all were added to the same sums
     */
    int begin(List<Contribution> contributions, int from, int last, int rows) {
        first = from;
        end = last;
        long count = 0;
        boolean many = false;
        for (int i = 0; i < contributions.size(); i++) {
            LatentEntries entries = contributions.get(i).entries();
            end = Math.min(end, contributions.get(i).end(from));
            count += entries.count(from, last);
            many |= entries instanceof EntriesInPlace;
        }
        many |= count > SHARE_OF_BLOCKS * (last - from) * rows;
        block = many ? BLOCK : rows;
        end = many ? end : from + 1;
        return end;
    }

    /**
     * Adds rows to a row for each of the latents.
     *
     * @param sums what they are added to
     * @param slot which of these belongs to the first latent
     * @param kind the numbers that rows are multiplied by
     * @param matrix the batch's rows
     */
    void addTo(Rows sums, int slot, LatentEntries entries, int kind, Rows matrix) {
        switch (entries) {
            case EntriesByLatent sorted -> gather(sums, slot, sorted, kind, matrix);
            case EntriesInPlace inPlace -> {
                products.begin(inPlace.ranges(), first, end);
                products.addTo(sums, slot, kind, inPlace.panels(), matrix);
            }
        }
    }

    private void gather(Rows sums, int slot, EntriesByLatent entries, int kind, Rows matrix) {
        for (int latent = first; latent < end; latent++) {
            next[latent - first] = entries.start(latent);
        }
        terms.of(entries.rows(), entries.numbers(kind));
        for (int limit = block; limit < matrix.count() + block; limit += block) {
            for (int latent = first; latent < end; latent++) {
                int n = latent - first;
                int from = next[n];
                next[n] = entries.endBelow(latent, from, limit);
                Gather.addRows(sums, slot + n, matrix, terms.between(from, next[n]));
            }
        }
    }
}
