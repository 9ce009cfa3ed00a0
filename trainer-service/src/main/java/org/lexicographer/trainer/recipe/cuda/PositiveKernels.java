package org.lexicographer.trainer.recipe.cuda;

import ai.djl.ndarray.NDArray;
import org.lexicographer.trainer.recipe.cuda.CudaDriver.Grid;

/**
 * What lies between a step's products where all positive latents are active. Arrays are of float32
 * unless their bfloat16 is named.
 *
 * @param kernels compiled for the step's shape
 */
public record PositiveKernels(ShapedKernels kernels) {

    private static final int THREADS = 256;

    /** Returns how many blocks the errors of so many rows are taken in. */
    public static int errorBlocks(int rows) {
        return Math.ceilDiv(rows, KernelShape.ROWS_OF_ERRORS);
    }

    /** Returns how many blocks the slopes of so many rows are taken in. */
    public static int slopeBlocks(int rows) {
        return Math.ceilDiv(rows, KernelShape.ROWS_OF_SLOPES);
    }

    /**
     * What a batch is compared with.
     *
     * @param bias b (D)
     * @param targets y (B, D)
     * @param scale what dL/dx^ is of the error
     */
    public record Targets(NDArray bias, NDArray targets, float scale) {

        int rows() {
            return (int) targets.getShape().get(0);
        }
    }

    /**
     * What was seen of a batch.
     *
     * @param output dL/dx^ (B, D), bfloat16
     * @param squares sums of e^2 ({@link #errorBlocks})
     * @param columns sums of dL/dx^ (errorBlocks, D)
     */
    public record Errors(NDArray output, NDArray squares, NDArray columns) {}

    /**
     * What was seen of the latents.
     *
     * @param sums of dL/dz ({@link #slopeBlocks}, F)
     * @param latents sums of f (slopeBlocks, F)
     * @param fired in how many rows each latent is active (F), int32, 0 at first
     */
    public record Slopes(NDArray sums, NDArray latents, NDArray fired) {}

    /**
     * Compares a reconstruction with its targets.
     *
     * @param reconstruction W_d f (B, D), bfloat16
     */
    public void compare(NDArray reconstruction, Targets targets, Errors out) {
        kernels.launch("errors")
                .array(reconstruction)
                .array(targets.bias())
                .array(targets.targets())
                .number(targets.scale())
                .count(targets.rows())
                .array(out.output())
                .array(out.squares())
                .array(out.columns())
                .run(new Grid(errorBlocks(targets.rows()), 1, kernels.shape().threads(), 0));
    }

    /**
     * Turns dL/df into dL/dz.
     *
     * @param product W_d' dL/dx^ (B, F), bfloat16; becomes dL/dz
     * @param latents f (B, F), bfloat16
     * @param weight what the penalty adds to dL/df
     */
    public void differentiate(NDArray product, NDArray latents, float weight, Slopes out) {
        KernelLaunch launch =
                kernels.launch("slopesOfPositive").array(product).array(latents).number(weight);
        run(launch, product, out);
    }

    /**
     * Turns dL/df into dL/dz where the penalty is of powers.
     *
     * @param product W_d' dL/dx^ (B, F), bfloat16; becomes dL/dz
     * @param latents f (B, F), bfloat16
     * @param slope what the penalty adds to dL/df
     */
    public void differentiate(NDArray product, NDArray latents, PowerSlope slope, Slopes out) {
        KernelLaunch launch =
                kernels.launch("slopesOfPowers")
                        .array(product)
                        .array(latents)
                        .array(slope.factors())
                        .number(slope.exponent());
        run(launch, product, out);
    }

    /**
     * A factor of each row times a power of f.
     *
     * @param factors (B)
     */
    public record PowerSlope(NDArray factors, float exponent) {}

    private void run(KernelLaunch launch, NDArray product, Slopes out) {
        int rows = (int) product.getShape().get(0);
        launch.count(rows)
                .array(out.sums())
                .array(out.latents())
                .array(out.fired())
                .run(slopes(kernels.shape().latents(), rows));
    }

    /**
     * Sums powers of each row's latents above 0.
     *
     * @param latents f (B, F), bfloat16
     * @param p an exponent
     * @param next another
     * @param sums become those of f^p and of f^next (2, B)
     */
    public void sumPowers(NDArray latents, float p, float next, NDArray sums) {
        int rows = (int) latents.getShape().get(0);
        kernels.launch("powersOfRow")
                .array(latents)
                .number(p)
                .number(next)
                .count(rows)
                .array(sums)
                .run(new Grid(rows, 1, THREADS, 0));
    }

    /** Returns how the slopes of so many latents and rows are taken. */
    static Grid slopes(int latents, int rows) {
        int blocks = Math.ceilDiv(latents, KernelShape.CHUNK * THREADS);
        return new Grid(blocks, slopeBlocks(rows), THREADS, 0);
    }
}
