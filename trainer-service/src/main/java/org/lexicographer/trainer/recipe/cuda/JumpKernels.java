package org.lexicographer.trainer.recipe.cuda;

import ai.djl.ndarray.NDArray;
import org.lexicographer.trainer.recipe.cuda.CudaDriver.Grid;

/**
 * What lies between a step's products where latents are active above thresholds of their own.
 * Arrays are of float32 unless their bfloat16 is named.
 *
 * @param kernels compiled for the step's shape
 */
public record JumpKernels(ShapedKernels kernels) {

    /**
     * The thresholds of latents.
     *
     * @param theta (F)
     * @param bandwidth the width of the window around each
     * @param countsOpen whether only open latents are counted, u = f, or all, u = p
     */
    public record Thresholds(NDArray theta, float bandwidth, boolean countsOpen) {}

    /**
     * What was seen of the latents.
     *
     * @param sums of dL/dp ({@link PositiveKernels#slopeBlocks}, F)
     * @param jumps sums of W_d' dL/dx^ where p is in the window (slopeBlocks, F)
     * @param counts in how many rows u is in the window, u is above the threshold, and f above 0
     *     (3, F), int32, 0 at first
     */
    public record Slopes(NDArray sums, NDArray jumps, NDArray counts) {}

    /**
     * Keeps what is above the thresholds.
     *
     * @param magnitudes p (B, F), bfloat16
     * @param latents becomes f (B, F), bfloat16
     */
    public void open(NDArray magnitudes, NDArray theta, NDArray latents) {
        int rows = (int) magnitudes.getShape().get(0);
        kernels.launch("open")
                .array(magnitudes)
                .array(theta)
                .count(rows)
                .array(latents)
                .run(grid(rows));
    }

    /**
     * Turns dL/df into dL/dp.
     *
     * @param product W_d' dL/dx^ (B, F), bfloat16; becomes dL/dp
     * @param magnitudes p (B, F), bfloat16
     */
    public void differentiate(
            NDArray product, NDArray magnitudes, Thresholds thresholds, Slopes out) {
        int rows = (int) product.getShape().get(0);
        kernels.launch("slopesOfJumps")
                .array(product)
                .array(magnitudes)
                .array(thresholds.theta())
                .number(thresholds.bandwidth())
                .count(thresholds.countsOpen() ? 1 : 0)
                .count(rows)
                .array(out.sums())
                .array(out.jumps())
                .array(out.counts())
                .run(grid(rows));
    }

    private Grid grid(int rows) {
        return PositiveKernels.slopes(kernels.shape().latents(), rows);
    }
}
