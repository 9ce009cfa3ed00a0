package org.lexicographer.trainer.recipe.cuda;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.trainer.recipe.cuda.CudaDriver.Grid;

/**
 * A step's kernels where few latents are chosen: which, what they reconstruct, and the gradients of
 * their weights. Arrays are of float32 unless their bfloat16 or integers are named.
 *
 * @param kernels compiled for the step's shape
 */
public record ChosenKernels(ShapedKernels kernels) {

    private static final int ONE_BLOCK = 1024;

    /** Enough that each multiprocessor of a large GPU counts the keys of a part of the batch. */
    private static final int COUNTING_BLOCKS = 128;

    /**
     * The chosen latents of all rows, in the order of rows and then of their numbers.
     *
     * @param latents their numbers (B k), int32
     * @param values f (B k), bfloat16
     * @param slopes dL/df (B k)
     * @param seen a bit for each row, by latent (F, B / 32), int32, 0 at first
     * @param rows what each row has
     */
    public record Lists(
            NDArray latents, NDArray values, NDArray slopes, NDArray seen, RowCounts rows) {

        private int words() {
            return (int) seen.getShape().get(1);
        }

        private KernelLaunch addPlaces(KernelLaunch launch) {
            rows.offsets().ifPresentOrElse(launch::array, launch::none);
            return launch.count(rows.k()).array(latents).array(values);
        }
    }

    /**
     * How many latents rows have.
     *
     * @param count the number of rows, B
     * @param k how many are chosen for each row, or for each on average
     * @param offsets where each row's begin (B + 1), int32; empty where each row has k
     */
    public record RowCounts(int count, int k, Optional<NDArray> offsets) {}

    /**
     * Room for the choice among a whole batch.
     *
     * @param counts how often each key occurs (32,768), int32, 0 at first
     * @param threshold the smallest chosen key, and how many of it are (2), int32
     * @param above chosen ones above it, by row (B), int32
     * @param equal those equal to it (B), int32
     */
    public record BatchChoice(NDArray counts, NDArray threshold, NDArray above, NDArray equal) {}

    /**
     * What was seen of a batch.
     *
     * @param outputs dL/dx^ for the latents that each prefix alone adds (G, B, D), bfloat16; G is 1
     *     where they are not told apart
     * @param squares sum e^2 (B), or the sums over prefixes of v_g e_g^2
     * @param columns sums of dL/dx^ over some rows each (rows / {@link #rowsOfColumns}, D)
     */
    public record Reconstructed(NDArray outputs, NDArray squares, NDArray columns) {

        private int prefixes() {
            return (int) outputs.getShape().get(0);
        }

        private int rows() {
            return (int) outputs.getShape().get(1);
        }
    }

    /**
     * The gradients of all latents.
     *
     * @param encoder dL/dW_e (F, D)
     * @param decoder dL/dW_d without what is parallel to W_d (F, D)
     * @param sums dL/db_e (F)
     * @param norms the squares of both rows of each latent, summed (F)
     * @param active whether a latent was chosen (F), bool
     */
    public record Gradients(
            NDArray encoder, NDArray decoder, NDArray sums, NDArray norms, NDArray active) {}

    /** Returns over how many rows each column sum of {@link Reconstructed} is taken. */
    public static int rowsOfColumns() {
        return KernelShape.ROWS;
    }

    /**
     * Chooses the k largest of each row.
     *
     * @param a not negative (B, F), bfloat16
     * @param zeroCounts whether a chosen 0 counts as active
     * @param smallest becomes the smallest chosen one above 0, or 0 (B)
     * @param positive becomes the number of chosen ones above 0 (B), int32
     */
    public void chooseOfRows(
            NDArray a, boolean zeroCounts, Lists lists, NDArray smallest, NDArray positive) {
        kernels.launch("chooseOfRow")
                .array(a)
                .count(lists.rows().k())
                .array(lists.latents())
                .array(lists.values())
                .array(lists.seen())
                .count(lists.words())
                .count(zeroCounts ? 1 : 0)
                .array(smallest)
                .array(positive)
                .run(selectors(lists));
    }

    /**
     * Chooses the B k largest of the batch, of those above 0.
     *
     * @param a not negative (B, F), bfloat16
     * @param smallest becomes the smallest chosen one, or 0 (1)
     */
    public void chooseOfBatch(NDArray a, Lists lists, BatchChoice choice, NDArray smallest) {
        int rows = lists.rows().count();
        kernels.launch("countKeys")
                .array(a)
                .count((long) rows * kernels.shape().latents() / KernelShape.CHUNK)
                .array(choice.counts())
                .run(new Grid(COUNTING_BLOCKS, 1, ONE_BLOCK, KernelModule.KEY_COUNTS_BYTES));
        kernels.launch("findThreshold")
                .array(choice.counts())
                .count(rows * lists.rows().k())
                .array(choice.threshold())
                .array(smallest)
                .run(new Grid(1, 1, ONE_BLOCK, 0));
        kernels.launch("countInRow")
                .array(a)
                .array(choice.threshold())
                .array(choice.above())
                .array(choice.equal())
                .run(selectors(lists));
        kernels.launch("placeRows")
                .array(choice.above())
                .array(choice.equal())
                .array(choice.threshold())
                .count(rows)
                .array(lists.rows().offsets().orElseThrow())
                .run(new Grid(1, 1, ONE_BLOCK, 0));
        kernels.launch("chooseOfBatch")
                .array(a)
                .array(choice.threshold())
                .array(choice.equal())
                .array(lists.rows().offsets().orElseThrow())
                .array(lists.latents())
                .array(lists.values())
                .array(lists.seen())
                .count(lists.words())
                .run(selectors(lists));
    }

    private Grid selectors(Lists lists) {
        return new Grid(lists.rows().count(), 1, kernels.shape().selectors(), 0);
    }

    /**
     * Works out the error and the gradients at x^ and at the chosen latents.
     *
     * @param targets y (B, D)
     * @param scale what dL/dx^ is of the error
     */
    public void reconstruct(
            Lists lists, Decoder decoder, NDArray targets, float scale, Reconstructed out) {
        int rows = lists.rows().count();
        lists.addPlaces(kernels.launch("reconstruct"))
                .array(decoder.columns())
                .array(decoder.bias())
                .array(targets)
                .number(scale)
                .count(rows)
                .array(out.outputs())
                .array(out.squares())
                .array(lists.slopes())
                .array(out.columns())
                .run(
                        new Grid(
                                Math.ceilDiv(rows, KernelShape.ROWS),
                                1,
                                kernels.shape().threads(),
                                0));
    }

    /**
     * Works out the errors of prefixes of latents, and the gradients at what each adds and at the
     * chosen latents.
     *
     * @param targets y (B, D)
     * @param prefixes of each one past its last latent, v_g, and what the gradient at x^_g is of
     *     e_g (G, 3)
     */
    public void reconstruct(
            Lists lists, Decoder decoder, NDArray targets, NDArray prefixes, Reconstructed out) {
        KernelShape shape = kernels.shape();
        int rows = lists.rows().count();
        lists.addPlaces(kernels.launch("reconstructPrefixes"))
                .array(decoder.columns())
                .array(decoder.bias())
                .array(targets)
                .array(prefixes)
                .count(out.prefixes())
                .count(rows)
                .array(out.outputs())
                .array(out.squares())
                .array(lists.slopes())
                .array(out.columns())
                .run(
                        new Grid(
                                Math.ceilDiv(rows, KernelShape.ROWS),
                                1,
                                shape.threads(),
                                shape.prefixBytes(out.prefixes())));
    }

    /**
     * What reconstructs.
     *
     * @param columns W_d (F, D), bfloat16
     * @param bias b (D)
     */
    public record Decoder(NDArray columns, NDArray bias) {}

    /**
     * Works out the gradients of all latents' weights.
     *
     * @param centred x - [b] (B, D), bfloat16
     * @param errors what they reconstructed
     * @param decoder W_d itself
     */
    public void differentiate(
            Lists lists, NDArray centred, Errors errors, UnitRows decoder, Gradients out) {
        KernelLaunch launch = kernels.launch("gradients").array(lists.seen()).count(lists.words());
        lists.addPlaces(launch).array(lists.slopes()).array(centred);
        errors.addTo(launch)
                .array(decoder.rows())
                .number(decoder.guard())
                .array(out.encoder())
                .array(out.decoder())
                .array(out.sums())
                .array(out.norms())
                .array(out.active())
                .run(new Grid(kernels.shape().latents(), 1, kernels.shape().threads(), 0));
    }

    /**
     * What is differentiated.
     *
     * @param reconstructed its outputs
     * @param prefixes as {@link #reconstruct} takes them; empty where they are not told apart
     */
    public record Errors(Reconstructed reconstructed, Optional<NDArray> prefixes) {

        private KernelLaunch addTo(KernelLaunch launch) {
            launch.array(reconstructed.outputs());
            prefixes.ifPresentOrElse(launch::array, launch::none);
            return launch.count(reconstructed.prefixes()).count(reconstructed.rows());
        }
    }

    /**
     * Decoder columns, here rows, of norm 1.
     *
     * @param rows W_d (F, D)
     * @param guard what is added to a row's norm before its direction is taken out of a gradient
     */
    public record UnitRows(NDArray rows, float guard) {}
}
