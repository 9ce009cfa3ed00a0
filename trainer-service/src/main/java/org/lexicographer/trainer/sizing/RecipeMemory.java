package org.lexicographer.trainer.sizing;

import java.util.Optional;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Strips;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.VectorModule;
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
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.recipe.dense.RangeEntries;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;

/**
 * How many bytes of numbers one recipe holds on a CPU. docs/memory.md has the formulas, with their
 * symbols, and what was measured.
 */
public final class RecipeMemory {

    /** A block of latents and a vector. */
    private static final long BLOCK = TileProduct.STRIDE + Lanes.COUNT;

    /** Arrays (B, F) that a step over whole arrays has at a time, at most. */
    private static final int WHOLE_ARRAYS = 12;

    /** One latent of so many counts as dead and is above 0 in a row. */
    private static final long DEAD_AND_POSITIVE = 4;

    /** A latent's number and two of its own. */
    private static final int ENTRY = 3;

    private RecipeMemory() {}

    /**
     * How many latents are active in a row.
     *
     * @param active the most, of recipes that learn to be sparse; the others' is theirs
     * @param revived the most that count as dead and are above 0, of recipes that revive such
     */
    public record Activity(long active, long revived) {

        /**
         * Returns what is reckoned with where a share of F latents is active at first: that half of
         * all die, and half of those are above 0 in a row.
         */
        static Activity atStart(double share, long size) {
            return new Activity(Math.round(share * size), size / DEAD_AND_POSITIVE);
        }
    }

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

        long width() {
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

    /** Tells whether a recipe learns how many latents are active, and does not choose it. */
    static boolean learnsSparsity(RecipeSpec recipe) {
        return Traits.of(recipe).choice() == Choice.LEARNED;
    }

    /** Returns what a recipe holds between steps: each weight with two moments, and counters. */
    public static long weights(RecipeSpec recipe, Place place) {
        Traits traits = Traits.of(recipe);
        long size = recipe.dictionarySize();
        long parameters = size * (place.width() + traits.perLatent()) + place.outputDim();
        return 3 * Float.BYTES * parameters + traits.counterBytes() * size;
    }

    /**
     * Returns what a recipe's steps work with. With more active latents than its {@code denseShare}
     * of all, steps multiply whole matrices.
     */
    public static MemoryAmount steps(RecipeSpec recipe, Place place, Activity activity) {
        Traits traits = Traits.of(recipe);
        long size = recipe.dictionarySize();
        if (isOverWholeArrays(recipe)) {
            long floats = WHOLE_ARRAYS * place.rows() * size + size * place.width();
            return new MemoryAmount(0, Float.BYTES * floats);
        }
        boolean whole = activity.active() > recipe.basics().denseShare() * size;
        long listed = place.listed(traits, size);
        long matrices = matrices(recipe, place, traits, listed);
        long lists =
                (3 + traits.summed()) * size
                        + place.threads() * products(place)
                        + rooms(traits, place, new Latents(size, activity.active()))
                        + revival(recipe, place, activity.revived());
        if (whole) {
            matrices += packed(traits, place, recipe.dictionarySize());
            lists += listed * (Math.ceilDiv(size, RangeEntries.RANGE) + 1);
        } else {
            lists += sorted(traits, place, size, activity.active());
        }
        return new MemoryAmount(
                Float.BYTES * lists + 2 * Double.BYTES * place.rows() + 2 * size,
                Float.BYTES * matrices);
    }

    /** Each thread multiplies tiles with encoder, decoder and its transpose, slice by slice. */
    private static long products(Place place) {
        return TileProduct.ROWS
                * (place.inputDim()
                        + Math.max(place.outputDim(), TileProduct.SLICE)
                        + TileProduct.SLICE
                        + 6L * TileProduct.STRIDE);
    }

    private static boolean isOverWholeArrays(RecipeSpec recipe) {
        boolean ghosts =
                recipe instanceof StandardRecipeSpec standard
                        && standard.ghostGradients().isPresent();
        return ghosts || !VectorModule.isThere();
    }

    private static long matrices(RecipeSpec recipe, Place place, Traits traits, long listed) {
        long size = recipe.dictionarySize();
        long panels =
                Math.ceilDiv(size, Panels.WIDTH) * Panels.WIDTH * Math.ceilDiv(place.inputDim(), 2);
        boolean kept = recipe.basics().maxGradientNorm() > 0 || listed < place.rows();
        long gradients = kept ? size : (long) RangeEntries.RANGE * place.threads();
        return 2 * panels
                + gradients * place.width()
                + Math.ceilDiv(size, RangeEntries.RANGE) * place.inputDim()
                + traits.outputRows() * place.rows() * place.outputDim()
                + place.tiles() * place.outputDim()
                + place.threads() * TileProduct.ROWS * place.outputDim()
                + 2 * (traits.summed() + 1) * size;
    }

    /**
     * Entries lie row by row, with room for more. What is chosen of a batch is chosen among all
     * positive latents of the first tiles.
     */
    private static long rooms(Traits traits, Place place, Latents latents) {
        long tiles = Math.ceilDiv(place.listed(traits, latents.size()), TileProduct.ROWS);
        long chosen = capacity(2 * traits.chosen(place, latents.size()) + BLOCK);
        long rooms =
                switch (traits.choice()) {
                    case LEARNED -> tiles * latents.capacity();
                    case OF_ROW -> tiles * Math.min(chosen, latents.capacity());
                    case OF_BATCH -> {
                        long first = Math.min(place.tiles(), place.threads());
                        yield first * latents.capacity() + (tiles - first) * chosen;
                    }
                };
        return rooms * TileProduct.ROWS * (1 + traits.kinds());
    }

    /** Few entries lie again latent by latent. */
    private static long sorted(Traits traits, Place place, long size, long active) {
        long listed = place.listed(traits, size);
        long kept =
                traits.choice() == Choice.LEARNED
                        ? active
                        : Math.min(active, traits.chosen(place, size));
        return Math.ceilDiv(listed, TileProduct.ROWS) * size
                + listed * kept * (1 + traits.sorted());
    }

    /**
     * Dead latents are collected while a batch is encoded; the largest lie again row by row, and
     * once more latent by latent.
     */
    private static long revival(RecipeSpec recipe, Place place, long revived) {
        Optional<TopKSelection> selection = selection(recipe);
        boolean none = selection.isEmpty() || selection.get().auxiliary().weight() == 0;
        if (none || revived == 0) {
            return 0;
        }
        long size = recipe.dictionarySize();
        int asked = selection.get().auxiliary().latents();
        long limit = Math.min(asked > 0 ? asked : Math.max(1, place.inputDim() / 2), revived);
        long candidates = new Latents(size, revived).capacity();
        long chosen = Math.min(2 * limit + Lanes.COUNT, candidates);
        return place.tiles() * TileProduct.ROWS * (candidates + chosen) * ENTRY
                + place.tiles() * size
                + place.rows() * limit * ENTRY
                + 2 * size;
    }

    /** Returns how latents are chosen, in the top-k family. */
    static Optional<TopKSelection> selection(RecipeSpec recipe) {
        return switch (recipe) {
            case TopKRecipeSpec topK -> Optional.of(topK.selection());
            case BatchTopKRecipeSpec topK -> Optional.of(topK.selection());
            case MatryoshkaBatchTopKRecipeSpec topK -> Optional.of(topK.selection());
            case StandardRecipeSpec other -> Optional.empty();
            case PAnnealRecipeSpec other -> Optional.empty();
            case StandardAprilRecipeSpec other -> Optional.empty();
            case GatedRecipeSpec other -> Optional.empty();
            case GatedAnnealRecipeSpec other -> Optional.empty();
            case JumpReluRecipeSpec other -> Optional.empty();
        };
    }

    /** Many stay where they lie: decoder, inputs and gradients are packed. */
    private static long packed(Traits traits, Place place, int size) {
        int input = Math.toIntExact(place.inputDim());
        int output = Math.toIntExact(place.outputDim());
        long ofBatch = Strips.padded(input) + traits.outputRows() * (long) Strips.padded(output);
        return Panels.size(size, output) + Panels.size(output, size) + place.rows() * ofBatch;
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
            return RecipeMemory.capacity(needed);
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
     * @param annealed whether k falls from the width of the activations
     */
    private record Traits(
            int perLatent,
            int counterBytes,
            int kinds,
            int sorted,
            int summed,
            long outputRows,
            Choice choice,
            long k,
            boolean annealed) {

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

        /** Returns the most latents of a row that are chosen at any step. */
        long chosen(Place place, long size) {
            return annealed ? Math.max(k, Math.min(place.inputDim(), size)) : k;
        }

        private static Traits learned(
                int perLatent, int counterBytes, int kinds, int sorted, int summed) {
            return new Traits(
                    perLatent, counterBytes, kinds, sorted, summed, 1, Choice.LEARNED, 0, false);
        }

        private static Traits topK(int groups, Choice choice, TopKSelection selection) {
            return new Traits(
                    1,
                    Long.BYTES,
                    2,
                    2,
                    1,
                    groups + 1L,
                    choice,
                    selection.k(),
                    selection.kAnnealSteps() > 0);
        }
    }
}
