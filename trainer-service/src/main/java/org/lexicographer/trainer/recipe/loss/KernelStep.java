package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * A step that kernels for GPUs can take, with what changes from step to step. All are of a =
 * ReLU(W_e (x - [b]) + b_e) and x^ = W_d f + b, with parameters W_e, W_d, b and b_e, and of a loss
 * that has no other terms than those named. Rows of W_d are kept at norm 1; gradients are clipped
 * but for {@link AllPositive}.
 */
public sealed interface KernelStep {

    /**
     * f is the k largest of each row of a; the loss is 1 / B sum e^2 and the revival's.
     *
     * @param zeroCounts whether being among them counts as active even at 0
     */
    record LargestOfRow(int k, boolean zeroCounts, Revival revival) implements KernelStep {}

    /** f is the B k largest of a; the loss is 1 / B sum e^2 and the revival's. */
    record LargestOfBatch(int k, Revival revival) implements KernelStep {}

    /**
     * f is a; the loss is 1 / count sum e^2 + weight sum f.
     *
     * @param errorCount by what squared errors are divided
     * @param weight of the sum over rows and latents
     * @param silentSteps for how many steps each latent has been silent (F), counted on by the step
     */
    record AllPositive(double errorCount, double weight, NDArray silentSteps)
            implements KernelStep {}

    /**
     * f is p 1[p > theta], where p is a, or a before its ReLU, with a further parameter theta; the
     * loss is 1 / B sum e^2 + weight S, where S is L0, the mean number of u above theta, or (L0 /
     * target - 1)^2; dL/dtheta is by estimates through a window.
     *
     * @param weight of S
     * @param bandwidth the window's width
     * @param target 0 where there is none
     * @param isLogarithm whether ln theta is trained, p is a and u is p; else u is f
     */
    record AboveThresholds(double weight, double bandwidth, double target, boolean isLogarithm)
            implements KernelStep {}

    /**
     * The loss by which dead latents explain the error: weight / B sum (W_d g + e)^2, where g is
     * the largest of each row of a among dead latents; divided by the error's variance or not.
     *
     * @param mayBeDead 1 for each latent that is dead unless it is active in this batch, 0 for
     *     others (F); empty where there is none, or nothing is to be revived
     * @param latents how many of each row are kept
     * @param byVariance whether it is divided by the variance of e
     */
    record Revival(Optional<NDArray> mayBeDead, int latents, double weight, boolean byVariance) {}
}
