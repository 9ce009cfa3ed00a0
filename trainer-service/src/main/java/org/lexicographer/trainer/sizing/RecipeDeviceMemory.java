package org.lexicographer.trainer.sizing;

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
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels;
import org.lexicographer.trainer.recipe.cuda.KernelShape;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels;
import org.lexicographer.trainer.sizing.RecipeMemory.Place;

/**
 * How many bytes the steps of one recipe take on a GPU: what the programs and kernels of {@code
 * recipe/program} allocate, array by array. docs/memory.md has the formulas, with their symbols.
 * Weights and moments are as many bytes as on a CPU: {@link RecipeMemory#weights}.
 *
 * <p>Of a step by kernels the results of each call stay until it has ended, and within a call
 * arrays come and go; of a step by a program they all do. Those that come and go are counted where
 * they are most.
 */
public final class RecipeDeviceMemory {

    private static final long FLOAT = Float.BYTES;
    private static final long BFLOAT16 = Short.BYTES;

    /** Numbers of each latent: sums, counts, scales. */
    private static final long OF_LATENT = 6 * FLOAT;

    /** W_d, dL/dW_e and dL/dW_d in bfloat16. */
    private static final long NARROW_MATRICES = 3 * BFLOAT16;

    /** A gradient widened, and its magnitudes, where a step is reported. */
    private static final long REPORTED = 2 * FLOAT;

    /** Number, value and slope of a chosen latent. */
    private static final long CHOSEN = Integer.BYTES + BFLOAT16 + FLOAT;

    /** What PyTorch makes of a chosen latent: number, smallest value, what it is compared with. */
    private static final long CHOSEN_BY_PROGRAM = Long.BYTES + 4 * FLOAT;

    /** How often each of the positive numbers of bfloat16 occurs. */
    private static final long KEY_COUNTS = 0x8000L * Integer.BYTES;

    /** The rows whose errors are worked out at a time where latents are resampled. */
    private static final long RESAMPLED_ROWS = 512;

    private RecipeDeviceMemory() {}

    /** Returns the most that steps take at a time. */
    public static long steps(RecipeSpec recipe, Place place) {
        return areByKernels(recipe, place)
                ? kept(recipe, place) + Math.max(passing(recipe, place), resampling(recipe, place))
                : Math.max(program(recipe, place), resampling(recipe, place));
    }

    /** Tells whether all steps are taken by kernels, on a GPU of Ampere or later. */
    static boolean areByKernels(RecipeSpec recipe, Place place) {
        int size = recipe.dictionarySize();
        return recipe.basics().computeType() == ComputeType.BFLOAT16
                && place.rows() * size <= Integer.MAX_VALUE
                && KernelShape.of(size, (int) place.inputDim(), (int) place.outputDim())
                        .filter(shape -> areByKernels(recipe, shape))
                        .isPresent();
    }

    private static boolean areByKernels(RecipeSpec recipe, KernelShape shape) {
        boolean free = recipe.basics().maxGradientNorm() == 0;
        return switch (recipe) {
            case StandardRecipeSpec standard ->
                    free
                            && standard.penalty() == StandardRecipeSpec.Penalty.L1
                            && standard.ghostGradients().isEmpty();
            case PAnnealRecipeSpec anneal -> free && isPositive(anneal.anneal());
            case StandardAprilRecipeSpec april -> true;
            case GatedRecipeSpec gated -> free;
            case GatedAnnealRecipeSpec gated -> free && isPositive(gated.anneal());
            case JumpReluRecipeSpec jump -> true;
            case TopKRecipeSpec topK -> true;
            case BatchTopKRecipeSpec topK -> shape.reconstructs(1);
            case MatryoshkaBatchTopKRecipeSpec topK ->
                    shape.reconstructs(topK.groupFractions().size())
                            && topK.groupWeights().getLast() > 0;
        };
    }

    private static boolean isPositive(NormAnneal anneal) {
        return anneal.pStart() > 0 && anneal.pEnd() > 0;
    }

    /** Returns what a step by kernels holds from where it arises until the step has ended. */
    static long kept(RecipeSpec recipe, Place place) {
        return switch (recipe) {
            case StandardRecipeSpec standard -> new Passes(2, 2, 3, 1).bytes(standard, place);
            case PAnnealRecipeSpec anneal -> new Passes(2, 2, 3, 1).bytes(anneal, place);
            case StandardAprilRecipeSpec april -> new Passes(2, 2, 3, 1).bytes(april, place);
            case JumpReluRecipeSpec jump -> new Passes(3, 2, 3, 1).bytes(jump, place);
            case GatedRecipeSpec gated -> new Passes(4, 4, 5, 2).bytes(gated, place);
            case GatedAnnealRecipeSpec gated -> new Passes(4, 4, 5, 2).bytes(gated, place);
            case TopKRecipeSpec topK -> chosen(topK, topK.selection(), place, 1);
            case BatchTopKRecipeSpec topK -> chosen(topK, topK.selection(), place, 1) + KEY_COUNTS;
            case MatryoshkaBatchTopKRecipeSpec topK ->
                    chosen(topK, topK.selection(), place, topK.groupFractions().size())
                            + KEY_COUNTS;
        };
    }

    /**
     * What a step with all positive latents holds.
     *
     * @param entries arrays (B, F), bfloat16
     * @param sums arrays of sums over blocks of rows, by latent
     * @param rows arrays (B, D), bfloat16
     * @param columns arrays of sums over blocks of rows, by column
     */
    private record Passes(long entries, long sums, long rows, long columns) {

        long bytes(RecipeSpec recipe, Place place) {
            long size = recipe.dictionarySize();
            int batch = (int) place.rows();
            return BFLOAT16 * entries * place.rows() * size
                    + FLOAT * sums * PositiveKernels.slopeBlocks(batch) * size
                    + NARROW_MATRICES * size * place.inputDim()
                    + BFLOAT16 * rows * place.rows() * place.inputDim()
                    + FLOAT * columns * PositiveKernels.errorBlocks(batch) * place.inputDim()
                    + OF_LATENT * size;
        }
    }

    /** Latents, a bit for each row and latent, and gradients in float32. */
    private static long chosen(
            RecipeSpec recipe, TopKSelection selection, Place place, long prefixes) {
        long size = recipe.dictionarySize();
        long rows = place.rows();
        long width = place.inputDim();
        return BFLOAT16 * rows * size
                + Integer.BYTES * size * Math.ceilDiv(rows, Integer.SIZE)
                + CHOSEN * rows * chosenLatents(selection, place, size)
                + (BFLOAT16 + 2 * FLOAT) * size * width
                + BFLOAT16 * (1 + prefixes) * rows * width
                + FLOAT * Math.ceilDiv(rows, ChosenKernels.rowsOfColumns()) * width
                + OF_LATENT * (size + rows);
    }

    private static long chosenLatents(TopKSelection selection, Place place, long size) {
        return selection.kAnnealSteps() > 0
                ? Math.max(selection.k(), Math.min(place.inputDim(), size))
                : selection.k();
    }

    /** Returns the most that comes and goes within the calls of a step by kernels. */
    private static long passing(RecipeSpec recipe, Place place) {
        long matrix = recipe.dictionarySize() * place.inputDim();
        long centred = FLOAT * place.rows() * place.inputDim();
        return centred
                + switch (recipe) {
                    case StandardRecipeSpec standard -> REPORTED * matrix;
                    case PAnnealRecipeSpec anneal -> REPORTED * matrix;
                    // Of W_d a gradient is put together, and kept while the other is looked at.
                    case StandardAprilRecipeSpec april -> (FLOAT + REPORTED) * matrix;
                    case JumpReluRecipeSpec jump -> REPORTED * matrix;
                    case GatedRecipeSpec gated -> REPORTED * matrix;
                    case GatedAnnealRecipeSpec gated -> REPORTED * matrix;
                    case TopKRecipeSpec topK -> revived(topK, topK.selection(), place);
                    case BatchTopKRecipeSpec topK -> revived(topK, topK.selection(), place);
                    case MatryoshkaBatchTopKRecipeSpec topK ->
                            revived(topK, topK.selection(), place);
                };
    }

    /**
     * Of dead latents, which all may be, both gradients, their columns and two more like them (F,
     * D), what they are in a batch three times (B, F), and the error four times (B, D); else the
     * magnitudes of a gradient that is reported.
     */
    private static long revived(RecipeSpec recipe, TopKSelection selection, Place place) {
        long size = recipe.dictionarySize();
        long reported = FLOAT * size * place.inputDim();
        if (selection.auxiliary().weight() == 0) {
            return reported;
        }
        return Math.max(
                reported,
                5 * FLOAT * size * place.inputDim()
                        + 3 * BFLOAT16 * place.rows() * size
                        + 4 * FLOAT * place.rows() * place.inputDim()
                        + (BFLOAT16 + Long.BYTES)
                                * place.rows()
                                * revivedLatents(selection, place));
    }

    private static long revivedLatents(TopKSelection selection, Place place) {
        int asked = selection.auxiliary().latents();
        return asked > 0 ? asked : Math.max(1, place.inputDim() / 2);
    }

    /** Latents and errors of some rows at a time, twice each. */
    private static long resampling(RecipeSpec recipe, Place place) {
        long rows = Math.min(place.rows(), RESAMPLED_ROWS);
        long width = recipe.dictionarySize() + place.inputDim() + place.outputDim();
        return recipe.resampling().isPresent() ? 2 * FLOAT * rows * width : 0;
    }

    /**
     * Returns the most that a step by a program has at a time: latents and what is made of them;
     * two gradients and two more matrices; the batch without b, its error and gradient with what
     * they are made by.
     */
    private static long program(RecipeSpec recipe, Place place) {
        long size = recipe.dictionarySize();
        long widest = Math.max(place.inputDim(), place.outputDim());
        return entryBytes(recipe) * place.rows() * size
                + FLOAT * size * (place.inputDim() + place.outputDim() + 2 * widest)
                + FLOAT * place.rows() * (2 * place.inputDim() + 4 * place.outputDim())
                + choice(recipe, place)
                + OF_LATENT * size;
    }

    /** What is made of each row's latents: so many numbers of the products' type, and float32. */
    private static long entryBytes(RecipeSpec recipe) {
        long product =
                switch (recipe.basics().computeType()) {
                    case FLOAT32 -> FLOAT;
                    case BFLOAT16 -> BFLOAT16;
                };
        return switch (recipe) {
            case StandardRecipeSpec standard -> standardBytes(standard, product);
            case PAnnealRecipeSpec anneal -> Math.max(3 * product, 2 * product + 2 * FLOAT);
            case StandardAprilRecipeSpec april -> 3 * product;
            case GatedRecipeSpec gated -> 5 * product;
            case GatedAnnealRecipeSpec gated -> Math.max(5 * product, 4 * product + 2 * FLOAT);
            // PyTorch makes whole numbers of 8 bytes of truth values to count them.
            case JumpReluRecipeSpec jump ->
                    Math.max(5 * product, 4 * product + Byte.BYTES + Long.BYTES);
            case TopKRecipeSpec topK -> chosenBytes(topK.selection(), product);
            case BatchTopKRecipeSpec topK -> chosenBytes(topK.selection(), product);
            case MatryoshkaBatchTopKRecipeSpec topK -> chosenBytes(topK.selection(), product);
        };
    }

    private static long standardBytes(StandardRecipeSpec standard, long product) {
        long entropy =
                switch (standard.penalty()) {
                    case L1 -> 0;
                    case ENTROPY -> 3 * product + 5 * FLOAT;
                };
        long ghosts =
                standard.ghostGradients().isPresent()
                        ? Math.max(5 * product, 2 * product + 2 * FLOAT)
                        : 0;
        return Math.max(4 * product, Math.max(entropy, ghosts));
    }

    private static long chosenBytes(TopKSelection selection, long product) {
        return (selection.auxiliary().weight() == 0 ? 4 : 6) * product;
    }

    /** What the top-k family has besides: chosen latents, revived ones, and each group's error. */
    private static long choice(RecipeSpec recipe, Place place) {
        return RecipeMemory.selection(recipe)
                .map(it -> choice(it, recipe.dictionarySize(), place))
                .map(bytes -> bytes + FLOAT * groups(recipe) * place.rows() * place.outputDim())
                .orElse(0L);
    }

    private static long choice(TopKSelection selection, long size, Place place) {
        long revived =
                selection.auxiliary().weight() == 0
                        ? 0
                        : Math.min(size, revivedLatents(selection, place));
        return CHOSEN_BY_PROGRAM * place.rows() * chosenLatents(selection, place, size)
                + (FLOAT + Long.BYTES) * place.rows() * revived;
    }

    private static long groups(RecipeSpec recipe) {
        return recipe instanceof MatryoshkaBatchTopKRecipeSpec matryoshka
                ? matryoshka.groupFractions().size()
                : 0;
    }
}
