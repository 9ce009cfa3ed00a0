package org.lexicographer.trainer.sizing;

import java.util.List;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.sizing.RecipeMemory.Place;
import org.lexicographer.trainer.stream.JobSites;

/**
 * How many bytes a job holds on a GPU, beside what the process takes of it without a job.
 * docs/memory.md has the formulas, with their symbols. They are counted by what the code allocates,
 * and were not measured.
 *
 * @param weights weights, moments and counters of all recipes
 * @param steps the most that one of the recipes takes while it steps, or while its dictionary is
 *     saved; they do so one after the other
 * @param batch the rows of one step, of each site
 * @param libraries what cuBLAS works in for the job's thread
 */
public record DeviceMemory(long weights, long steps, long batch, long libraries) {

    /**
     * 32 MiB each for cuBLAS and cuBLASLt, as its <a
     * href="https://docs.nvidia.com/cuda/cublas/index.html#cublassetworkspace">manual</a>
     * recommends for Hopper and as PyTorch takes.
     */
    private static final long LIBRARIES = 64L << 20;

    /** A dictionary as it is trained, and for activations as they come from the model. */
    private static final long SAVED_DICTIONARIES = 2;

    /**
     * Estimates the job of a site.
     *
     * @param dims the widths of the sites that it reads, in its order
     */
    public static DeviceMemory of(RunSpec spec, Site site, List<Integer> dims) {
        JobSites sites = JobSites.of(spec, site);
        long rows = spec.training().batchSize();
        long weights = 0;
        long steps = 0;
        for (RecipeSpec recipe : spec.recipesAt(site)) {
            int target = sites.target(recipe);
            Place place = new Place(rows, dims.getFirst(), dims.get(target), 1);
            weights += RecipeMemory.weights(recipe, place);
            long copied = target == 0 ? place.inputDim() : place.width();
            long step = Float.BYTES * rows * copied + RecipeDeviceMemory.steps(recipe, place);
            long dictionary = Float.BYTES * recipe.dictionarySize() * place.width();
            steps = Math.max(steps, Math.max(step, SAVED_DICTIONARIES * dictionary));
        }
        long width = dims.stream().mapToLong(Integer::longValue).sum();
        return new DeviceMemory(weights, steps, Float.BYTES * rows * width, LIBRARIES);
    }

    /** Returns all parts together. */
    public long total() {
        return weights + steps + batch + libraries;
    }
}
