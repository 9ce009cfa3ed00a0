package org.lexicographer.trainer.recipe.cuda;

import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.update.AdamStep;

/**
 * The sizes that kernels are compiled for, and how their work is cut.
 *
 * @param latents F
 * @param width D, of inputs and targets
 * @param groups how many rows of that width a block holds, 8 numbers a thread
 */
public record KernelShape(int latents, int width, int groups) {

    /** How many rows each block reconstructs, takes errors of and takes slopes of. */
    static final int ROWS = 4;

    static final int ROWS_OF_ERRORS = 32;
    static final int ROWS_OF_SLOPES = 64;

    /** How many numbers a thread holds of a row. */
    static final int CHUNK = 8;

    private static final int WARP = 32;

    /** At most what {@code reconstructPrefixes} takes beside the prefixes. */
    private static final int LISTED_BYTES = 4_096;

    /** Fewer leave a multiprocessor idle; more take more shared memory than a block may have. */
    private static final int LEAST_THREADS = 256;

    private static final int MOST_THREADS = 640;

    /** 16 vectors of 8 numbers for each of 1,024 threads. */
    private static final int MOST_LATENTS = 131_072;

    /** Up to how many latents a selecting block has its least threads, and twice as many. */
    private static final int FEW_LATENTS = 16_384;

    private static final int SOME_LATENTS = 32_768;

    /** Returns the shape; empty where kernels do not take it. */
    public static Optional<KernelShape> of(int latents, int inputDim, int outputDim) {
        if (inputDim != outputDim
                || inputDim % CHUNK != 0
                || latents % CHUNK != 0
                || latents > MOST_LATENTS) {
            return Optional.empty();
        }
        int chunks = inputDim / CHUNK;
        int step = WARP / Math.min(WARP, Integer.lowestOneBit(chunks));
        int wanted = Math.ceilDiv(LEAST_THREADS, chunks);
        int groups = Math.ceilDiv(wanted, step) * step;
        return chunks * groups <= MOST_THREADS
                ? Optional.of(new KernelShape(latents, inputDim, groups))
                : Optional.empty();
    }

    /** Returns the threads of a block that works on rows of that width. */
    int threads() {
        return width / CHUNK * groups;
    }

    /** Returns the bytes of so many sums at all threads of a block that works on rows. */
    int prefixBytes(int prefixes) {
        return prefixes * threads() * CHUNK * Float.BYTES;
    }

    /** Tells whether a block, in the memory that counting keys takes, sums so many prefixes. */
    public boolean reconstructs(int prefixes) {
        return prefixBytes(prefixes) <= KernelModule.KEY_COUNTS_BYTES - LISTED_BYTES;
    }

    /** Returns the threads of a block that selects among a row's latents. */
    int selectors() {
        if (latents <= FEW_LATENTS) {
            return LEAST_THREADS;
        }
        return latents <= SOME_LATENTS ? 2 * LEAST_THREADS : 4 * LEAST_THREADS;
    }

    /** Returns the constants of the kernels' text, as options of the compiler. */
    List<String> constants() {
        return List.of(
                "-DLATENTS=" + latents,
                "-DWIDTH=" + width,
                "-DGROUPS=" + groups,
                "-DSELECTORS=" + selectors(),
                "-DROWS=" + ROWS,
                "-DROWS_OF_ERRORS=" + ROWS_OF_ERRORS,
                "-DROWS_OF_SLOPES=" + ROWS_OF_SLOPES,
                "-DBETA2=" + AdamStep.BETA2 + "f",
                "-DONE_MINUS_BETA2=" + AdamStep.ONE_MINUS_BETA2 + "f",
                "-DEPSILON=" + AdamStep.EPSILON + "f");
    }
}
