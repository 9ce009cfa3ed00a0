package org.lexicographer.trainer.recipe.cuda;

import ai.djl.ndarray.NDArray;
import org.lexicographer.trainer.recipe.cuda.CudaDriver.Grid;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * Adam on rows (F, D), with what is asked of a decoder's rows in the same pass.
 *
 * @param kernels compiled for that shape
 * @param adam the numbers of the update
 */
public record AdamKernels(ShapedKernels kernels, AdamStep adam) {

    /**
     * Moves rows of which nothing is asked.
     *
     * @param gradient (F, D)
     * @param factor what the gradient is multiplied by (1)
     */
    public void move(Parameter parameter, NDArray gradient, NDArray factor) {
        run("moveRows", parameter, gradient, factor, DecoderNorm.FREE);
    }

    /**
     * Moves rows and scales them back to norm 1.
     *
     * @param gradient without the part that is parallel to the rows (F, D)
     */
    public void moveUnit(Parameter parameter, NDArray gradient, NDArray factor, DecoderNorm norm) {
        run("moveUnitRows", parameter, gradient, factor, norm);
    }

    /**
     * Moves rows of which nothing is asked.
     *
     * @param gradient (F, D), bfloat16
     */
    public void moveByBfloat16(Parameter parameter, NDArray gradient, NDArray factor) {
        run("moveRowsByBfloat16", parameter, gradient, factor, DecoderNorm.FREE);
    }

    /**
     * Moves rows of whose gradients each has a share of the row itself.
     *
     * @param gradient without the shares (F, D), bfloat16
     * @param shares (F)
     */
    public void moveSharing(Parameter parameter, NDArray gradient, NDArray shares, NDArray factor) {
        begin("moveSharingRowsByBfloat16", parameter, gradient, factor).array(shares).run(rows());
    }

    /**
     * Takes the part of the gradient that is parallel to the rows out, moves the rows and scales
     * them back to norm 1.
     *
     * @param gradient (F, D), bfloat16
     */
    public void projectAndMoveUnit(
            Parameter parameter, NDArray gradient, NDArray factor, DecoderNorm norm) {
        run("projectAndMoveUnitRows", parameter, gradient, factor, norm);
    }

    /**
     * Sums the squares of both gradients of each latent, as clipping needs them.
     *
     * @param encoder dL/dW_e (F, D), bfloat16
     * @param decoder dL/dW_d (F, D), bfloat16, taken without what is parallel to the rows of W_d
     * @param columns W_d (F, D)
     * @param norms becomes the sums (F)
     */
    public void sumSquares(
            NDArray encoder, NDArray decoder, ChosenKernels.UnitRows columns, NDArray norms) {
        kernels.launch("squaresOfRows")
                .array(encoder)
                .array(decoder)
                .array(columns.rows())
                .number(columns.guard())
                .array(norms)
                .run(rows());
    }

    /**
     * Sums the squares of both gradients of each latent, as clipping needs them.
     *
     * @param encoder dL/dW_e (F, D), bfloat16
     * @param decoder dL/dW_d (F, D), bfloat16, without a share of the rows of W_d
     * @param columns W_d (F, D)
     * @param shares (F)
     * @param norms becomes the sums (F)
     */
    public void sumSquares(
            NDArray encoder, NDArray decoder, NDArray columns, NDArray shares, NDArray norms) {
        kernels.launch("squaresOfSharingRows")
                .array(encoder)
                .array(decoder)
                .array(columns)
                .array(shares)
                .array(norms)
                .run(rows());
    }

    private Grid rows() {
        KernelShape shape = kernels.shape();
        return new Grid(Math.ceilDiv(shape.latents(), shape.groups()), 1, shape.threads(), 0);
    }

    private void run(
            String kernel,
            Parameter parameter,
            NDArray gradient,
            NDArray factor,
            DecoderNorm norm) {
        begin(kernel, parameter, gradient, factor)
                .number(norm.projectionGuard())
                .number(norm.normGuard())
                .run(rows());
    }

    private KernelLaunch begin(
            String kernel, Parameter parameter, NDArray gradient, NDArray factor) {
        return kernels.launch(kernel)
                .array(parameter.value())
                .array(parameter.firstMoment())
                .array(parameter.secondMoment())
                .array(gradient)
                .array(factor)
                .number(adam.stepSize())
                .number(adam.rootCorrection())
                .number(adam.beta1())
                .number(adam.oneMinusBeta1());
    }
}
