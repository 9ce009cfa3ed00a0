package org.lexicographer.trainer.sizing;

import java.util.List;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.recipe.dense.RangeEntries;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.stream.JobSites;

/**
 * How many bytes of numbers a job holds on a CPU, beside what the process takes without a job.
 * docs/memory.md has the formulas, with their symbols, and what was measured.
 *
 * @param buffer rows that wait for training
 * @param batch the rows of one step
 * @param weights weights, moments and counters of all recipes
 * @param steps what the recipes' steps work with
 * @param saving copies while a checkpoint is saved
 */
public record MemoryEstimate(long buffer, long batch, long weights, long steps, long saving) {

    /**
     * The copies of a dictionary while it is saved: scaled, by name, as a file and as its bytes.
     */
    private static final int DICTIONARY_COPIES = 5;

    /** A block of latents and a vector. */
    private static final long BLOCK = TileProduct.STRIDE + Lanes.COUNT;

    /** A batch as it is taken from the buffer, cut into columns, and as native arrays. */
    private static final int BATCH_COPIES = 3;

    /**
     * Where recipes take their steps.
     *
     * @param rows of a batch, B
     * @param inputDim of activations that are read, D
     * @param outputDim of those that are reconstructed, Dout
     * @param threads that share a step
     * @param entries that a part of a batch has at most
     */
    public record Place(long rows, long inputDim, long outputDim, int threads, long entries) {

        /** Returns a place as runs are trained in. */
        public Place(long rows, long inputDim, long outputDim, int threads) {
            this(rows, inputDim, outputDim, threads, SparsePlan.ENTRIES);
        }

        private long width() {
            return inputDim + outputDim;
        }

        private long tiles() {
            return Math.ceilDiv(rows, TileProduct.ROWS);
        }

        /** Returns how many rows have lists at a time. */
        private long listed(Traits traits, long size) {
            return traits.choice() == Choice.LEARNED
                    ? Math.min(rows, SparsePlan.rowsAtOnce(size, entries))
                    : rows;
        }
    }

    /**
     * Estimates the job of a site.
     *
     * @param dims the widths of the sites that it reads, in its order
     * @param active the most latents that are active in a row of recipes that learn to be sparse;
     *     the others' is theirs
     */
    public static MemoryEstimate of(
            RunSpec spec, Site site, List<Integer> dims, long active, int threads) {
        JobSites sites = JobSites.of(spec, site);
        long width = dims.stream().mapToLong(Integer::longValue).sum();
        long rows = spec.training().batchSize();
        long weights = 0;
        long steps = 0;
        long dictionary = 0;
        for (RecipeSpec recipe : spec.recipesAt(site)) {
            Place place = new Place(rows, dims.getFirst(), dims.get(sites.target(recipe)), threads);
            weights += weights(recipe, place);
            steps += steps(recipe, place, active);
            dictionary =
                    Math.max(dictionary, Float.BYTES * recipe.dictionarySize() * place.width());
        }
        long bufferRows = spec.bufferRows();
        return new MemoryEstimate(
                bufferRows * (width * spec.training().bufferType().bytes() + Integer.BYTES),
                BATCH_COPIES * Float.BYTES * rows * width,
                weights,
                steps,
                Math.max(weights, DICTIONARY_COPIES * dictionary));
    }

    /** Tells whether a recipe learns how many latents are active, and does not choose it. */
    static boolean learnsSparsity(RecipeSpec recipe) {
        return Traits.of(recipe).choice() == Choice.LEARNED;
    }

    /** Returns all parts together. */
    public long total() {
        return buffer + batch + weights + steps + saving;
    }

    /** Returns what a recipe holds between steps: each weight with two moments, and counters. */
    public static long weights(RecipeSpec recipe, Place place) {
        Traits traits = Traits.of(recipe);
        long size = recipe.dictionarySize();
        long parameters = size * (place.width() + traits.perLatent()) + place.outputDim();
        return 3 * Float.BYTES * parameters + traits.counterBytes() * size;
    }

    /**
     * Returns what a recipe's steps work with.
     *
     * @param active the most latents that are active in a row, where the recipe does not say it;
     *     above its {@code denseShare} of all latents steps multiply whole matrices
     */
    public static long steps(RecipeSpec recipe, Place place, long active) {
        Traits traits = Traits.of(recipe);
        long size = recipe.dictionarySize();
        long panels =
                Math.ceilDiv(size, Panels.WIDTH) * Panels.WIDTH * Math.ceilDiv(place.inputDim(), 2);
        long listed = place.listed(traits, size);
        boolean kept = recipe.basics().maxGradientNorm() > 0 || listed < place.rows();
        long gradients = kept ? size : (long) RangeEntries.RANGE * place.threads();
        long perThread =
                TileProduct.ROWS
                        * (place.width()
                                + Math.max(place.outputDim(), TileProduct.SLICE)
                                + TileProduct.SLICE
                                + 6L * TileProduct.STRIDE);
        long floats =
                2 * panels
                        + gradients * place.width()
                        + Math.ceilDiv(size, RangeEntries.RANGE) * place.inputDim()
                        + traits.outputRows() * place.rows() * place.outputDim()
                        + place.tiles() * place.outputDim()
                        + place.threads() * perThread
                        + 2 * (traits.summed() + 1) * size
                        + (3 + traits.summed()) * size
                        + rooms(traits, place, new Latents(size, active))
                        + (active > recipe.basics().denseShare() * size
                                ? inPlace(traits, place, listed, size)
                                : sorted(traits, listed, size, active));
        return Float.BYTES * floats + 2 * Double.BYTES * place.rows() + 2 * size;
    }

    /**
     * Entries lie row by row, with room for more. What is chosen of a batch is chosen among all
     * positive latents of the first tiles.
     */
    private static long rooms(Traits traits, Place place, Latents latents) {
        long tiles = Math.ceilDiv(place.listed(traits, latents.size()), TileProduct.ROWS);
        long rooms =
                switch (traits.choice()) {
                    case LEARNED -> tiles * latents.capacity();
                    case OF_ROW -> tiles * capacity(2 * traits.k() + BLOCK);
                    case OF_BATCH -> {
                        long first = Math.min(place.tiles(), place.threads());
                        yield first * latents.capacity()
                                + (tiles - first) * capacity(2 * traits.k() + BLOCK);
                    }
                };
        return rooms * TileProduct.ROWS * (1 + traits.kinds());
    }

    /** Few entries lie again latent by latent. */
    private static long sorted(Traits traits, long listed, long size, long active) {
        long kept = traits.choice() == Choice.LEARNED ? active : traits.k();
        return Math.ceilDiv(listed, TileProduct.ROWS) * size
                + listed * kept * (1 + traits.sorted());
    }

    /** Many stay where they lie: decoder, inputs and gradients are packed, ranges looked up. */
    private static long inPlace(Traits traits, Place place, long listed, long size) {
        return 2 * size * place.outputDim()
                + place.rows() * (place.inputDim() + traits.outputRows() * place.outputDim())
                + listed * (Math.ceilDiv(size, RangeEntries.RANGE) + 1);
    }

    /** Lists begin with room for one block of latents and one vector, and double. */
    private static long capacity(long needed) {
        long capacity = BLOCK;
        while (capacity < needed) {
            capacity *= 2;
        }
        return capacity;
    }

    /**
     * Latents of which some are active in a row.
     *
     * @param size F
     * @param active how many are active, spread evenly
     */
    private record Latents(long size, long active) {

        /** Returns the room of a row: each block asks for room for all that it has. */
        long capacity() {
            long last = (size - 1) / TileProduct.STRIDE * TileProduct.STRIDE;
            long before = Math.max(0, last - TileProduct.STRIDE);
            long needed = Math.max(needed(last, size - last), needed(before, last - before));
            return MemoryEstimate.capacity(needed);
        }

        private long needed(long start, long block) {
            return active * start / size + block + Lanes.COUNT;
        }
    }

    /** What decides which latents are active. */
    private enum Choice {
        LEARNED,
        OF_ROW,
        OF_BATCH
    }

    /**
     * What recipes differ in.
     *
     * @param perLatent trained numbers that each latent has one of
     * @param counterBytes of each latent
     * @param kinds numbers of an entry
     * @param sorted those of them that are sorted by latent
     * @param summed those of them that are summed by latent
     * @param outputRows arrays like the reconstructed batch
     * @param k active latents of a row, where they are chosen
     */
    private record Traits(
            int perLatent,
            int counterBytes,
            int kinds,
            int sorted,
            int summed,
            long outputRows,
            Choice choice,
            long k) {

        static Traits of(RecipeSpec recipe) {
            return switch (recipe) {
                case StandardRecipeSpec standard -> learned(1, 4, 2, 2, 1);
                case PAnnealRecipeSpec anneal -> learned(1, 4, 2, 2, 1);
                case StandardAprilRecipeSpec april -> learned(1, 0, 2, 2, 2);
                case GatedRecipeSpec gated -> learned(3, 0, 6, 5, 3);
                case GatedAnnealRecipeSpec gated -> learned(3, 0, 6, 5, 3);
                case JumpReluRecipeSpec jump -> learned(2, 0, 3, 3, 2);
                case TopKRecipeSpec topK -> topK(1, Choice.OF_ROW, topK.selection());
                case BatchTopKRecipeSpec topK -> topK(1, Choice.OF_BATCH, topK.selection());
                case MatryoshkaBatchTopKRecipeSpec topK ->
                        topK(topK.groupFractions().size(), Choice.OF_BATCH, topK.selection());
            };
        }

        private static Traits learned(
                int perLatent, int counterBytes, int kinds, int sorted, int summed) {
            return new Traits(perLatent, counterBytes, kinds, sorted, summed, 1, Choice.LEARNED, 0);
        }

        private static Traits topK(int groups, Choice choice, TopKSelection selection) {
            return new Traits(1, Long.BYTES, 2, 2, 1, groups + 1L, choice, selection.k());
        }
    }
}
