package org.lexicographer.trainer.sizing;

import java.util.List;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.sizing.RecipeMemory.Activity;
import org.lexicographer.trainer.sizing.RecipeMemory.Place;
import org.lexicographer.trainer.stream.JobSites;
import org.lexicographer.trainer.stream.KafkaActivationStream;

/**
 * How many bytes of numbers a job holds on a CPU, beside what the process takes without a job.
 * docs/memory.md has the formulas, with their symbols, and what was measured.
 *
 * @param buffer rows that wait for training; native
 * @param batch the rows of one step; two thirds on the heap
 * @param blocks activation blocks that wait to be taken, and the one that is; on the heap
 * @param weights weights, moments and counters of all recipes; native
 * @param steps matrices that the recipes' steps work with; native
 * @param lists of active latents that they work with; on the heap
 * @param saving copies while a checkpoint is saved; on the heap
 */
public record MemoryEstimate(
        long buffer, long batch, long blocks, long weights, long steps, long lists, long saving) {

    /**
     * The copies of a dictionary while it is saved: scaled, by name, as a file and as its bytes.
     */
    private static final int DICTIONARY_COPIES = 5;

    /** A batch as it is taken from the buffer and cut into columns, both on the heap. */
    private static final int BATCH_ON_HEAP = 2;

    /** The same as native arrays. */
    private static final int NATIVE_BATCH = 1;

    /** The block that is taken: as records, as numbers, and joined with those of other sites. */
    private static final int BLOCK_COPIES = 3;

    /**
     * Estimates the job of a site.
     *
     * @param dims the widths of the sites that it reads, in its order
     * @param activeShare the most of a recipe's latents that are active in a row, where it learns
     *     to be sparse
     */
    public static MemoryEstimate of(
            RunSpec spec, Site site, List<Integer> dims, double activeShare, int threads) {
        JobSites sites = JobSites.of(spec, site);
        long width = dims.stream().mapToLong(Integer::longValue).sum();
        long rows = spec.training().batchSize();
        long weights = 0;
        MemoryAmount steps = MemoryAmount.NONE;
        long dictionary = 0;
        for (RecipeSpec recipe : spec.recipesAt(site)) {
            Place place = new Place(rows, dims.getFirst(), dims.get(sites.target(recipe)), threads);
            weights += RecipeMemory.weights(recipe, place);
            Activity activity = Activity.atStart(activeShare, recipe.dictionarySize());
            steps = steps.plus(RecipeMemory.steps(recipe, place, activity));
            dictionary =
                    Math.max(dictionary, Float.BYTES * recipe.dictionarySize() * place.width());
        }
        long bufferRows = spec.bufferRows();
        return new MemoryEstimate(
                bufferRows * (width * spec.training().bufferType().bytes() + Integer.BYTES),
                (BATCH_ON_HEAP + NATIVE_BATCH) * Float.BYTES * rows * width,
                blocks(spec, dims),
                weights,
                steps.offHeap(),
                steps.onHeap(),
                Math.max(weights, DICTIONARY_COPIES * dictionary));
    }

    /** Of each site no more waits than extraction may be ahead. */
    private static long blocks(RunSpec spec, List<Integer> dims) {
        long bytes = 0;
        for (int dim : dims) {
            long block = (long) spec.blockRows() * dim * Float.BYTES;
            long ahead =
                    spec.tokenBlock().partitions()
                            * Math.max(KafkaActivationStream.AHEAD_BYTES, block);
            bytes += Math.min(ahead, spec.training().maxLagBytes()) + BLOCK_COPIES * block;
        }
        return bytes;
    }

    /** Returns all parts together. */
    public long total() {
        return amount().total();
    }

    /** Returns all parts by where they are. */
    public MemoryAmount amount() {
        long nativeBatch = batch / (BATCH_ON_HEAP + NATIVE_BATCH);
        return new MemoryAmount(
                batch - nativeBatch + blocks + lists + saving,
                buffer + nativeBatch + weights + steps);
    }

    /**
     * Returns what of it a process holds that steps on a GPU. Rows go through native memory on
     * their way there, and what is saved through the heap.
     */
    public MemoryEstimate besideDevice() {
        return new MemoryEstimate(buffer, batch, blocks, 0, 0, 0, saving);
    }
}
