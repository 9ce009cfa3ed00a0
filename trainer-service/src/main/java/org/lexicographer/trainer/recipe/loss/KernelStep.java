package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Prefix;

/**
 * A step that kernels for GPUs can take, with what changes from step to step. All are of a =
 * ReLU(W_e (x - [b]) + b_e) and x^ = W_d f + b, with parameters W_e, W_d, b and b_e, and of a loss
 * that has no other terms than those named. Rows of W_d are kept at norm 1 unless they are said to
 * be free.
 */
public sealed interface KernelStep {

    /**
     * f is the k largest of each row of a; the loss is 1 / B sum e^2 and the revival's.
     *
     * @param zeroCounts whether being among them counts as active even at 0
     */
    record LargestOfRow(int k, boolean zeroCounts, Revival revival) implements KernelStep {}

    /**
     * f is the B k largest of a; the loss is the sum over prefixes g of v_g / B sum e_g^2, where
     * e_g is of the latents of the prefix alone, and the revival's.
     *
     * @param prefixes the last one, whose error is revived by, has all latents
     */
    record LargestOfBatch(int k, List<Prefix> prefixes, Revival revival) implements KernelStep {

        /** Copies the list. */
        public LargestOfBatch {
            prefixes = List.copyOf(prefixes);
        }

        /** Tells whether the loss is 1 / B sum e^2 of all latents. */
        public boolean isWhole() {
            return prefixes.size() == 1 && prefixes.getFirst().weight() == 1;
        }
    }

    /**
     * f is a; the loss is 1 / count sum e^2 and the penalty.
     *
     * @param errorCount by what squared errors are divided
     * @param silentSteps for how many steps each latent has been silent (F), counted on by the step
     */
    record AllPositive(double errorCount, Penalty penalty, NDArray silentSteps)
            implements KernelStep {}

    /**
     * f is a; the loss is 1 / B sum e^2 and weight times the sum over rows and latents i of f_i
     * |w_i|, where w_i are the rows of W_d, which are free.
     */
    record ByNorms(double weight) implements KernelStep {}

    /**
     * h = ReLU(z + b_g) and f = 1[h > 0] ReLU(exp(r) z + b_m) of z = W_e (x - [b]); the loss is 1 /
     * B sum e^2, the penalty of h, and 1 / B sum (W_d h + b - y)^2, in which W_d and b are
     * constants. Parameters are W_e, W_d, b, r, b_g and b_m.
     */
    record ByGates(Penalty penalty) implements KernelStep {}

    /** Tells whether kernels clip the gradients of such steps. */
    default boolean canBeClipped() {
        return switch (this) {
            case LargestOfRow row -> true;
            case LargestOfBatch batch -> true;
            case AboveThresholds jumps -> true;
            case ByNorms norms -> true;
            case AllPositive all -> false;
            case ByGates gates -> false;
        };
    }

    /**
     * weight times P, where P is share times the sum over rows of S = sum f^p, or of S^(1/p). P is
     * looked at under the next exponent too.
     *
     * @param weight of P in the loss
     * @param share 1, or 1 / B where P is a mean over rows
     * @param p the exponent, above 0
     * @param next the next one, above 0
     * @param isRoot whether roots are summed
     */
    record Penalty(double weight, double share, double p, double next, boolean isRoot) {

        /** Returns the penalty by the sum of f. */
        public static Penalty ofSum(double weight) {
            return new Penalty(weight, 1, 1, 1, false);
        }

        /** Returns the penalty by the mean over so many rows of the sum of f. */
        public static Penalty ofMean(double weight, long rows) {
            return new Penalty(weight, 1.0 / rows, 1, 1, false);
        }

        /** Tells whether S is the sum of f, now and next. */
        public boolean isOfSums() {
            return p == 1 && next == 1;
        }
    }

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
