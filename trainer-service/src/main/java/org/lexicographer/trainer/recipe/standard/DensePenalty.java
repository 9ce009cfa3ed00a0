package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec.Penalty;

/**
 * The sparsity penalties over whole arrays of latents f (B, F), none negative.
 *
 * <p>L1: sum f. Entropy: H = -sum q log(q + e) with q = f / (sum f + e), e = 1e-8, and 0 where sum
 * f is 0; dH/df = (g - sum g q) / (sum f + e) with g = -(log(q + e) + q / (q + e)).
 */
public final class DensePenalty {

    /** Added to a sum of latents before dividing by it, and to a share before its logarithm. */
    public static final float ENTROPY_EPSILON = 1e-8f;

    private DensePenalty() {}

    /** Returns the penalty summed over the rows, (). */
    public static NDArray sum(Penalty penalty, NDArray latents) {
        return switch (penalty) {
            case L1 -> latents.sum(); // ()
            case ENTROPY -> entropySum(latents); // ()
        };
    }

    private static NDArray entropySum(NDArray latents) {
        try (NDArray total = total(latents); // (B, 1)
                NDArray share = latents.div(total); // (B, F)
                NDArray log = log(share); // (B, F)
                NDArray product = log.muli(share).neg()) { // (B, F)
            // A row of zeros adds 0, as its shares are 0.
            return product.sum(); // ()
        }
    }

    /** Adds the penalty's gradient times a weight; what is added where f is 0 does not matter. */
    public static void addGradient(
            Penalty penalty, float weight, NDArray latents, NDArray gradient) {
        switch (penalty) {
            case L1 -> gradient.addi(weight);
            case ENTROPY -> addEntropyGradient(weight, latents, gradient);
        }
    }

    private static void addEntropyGradient(float weight, NDArray latents, NDArray gradient) {
        try (NDArray total = total(latents); // (B, 1)
                NDArray share = latents.div(total); // (B, F)
                NDArray shifted = share.add(ENTROPY_EPSILON); // (B, F)
                NDArray slope = shifted.log(); // (B, F)
                NDArray ratio = share.div(shifted)) { // (B, F)
            slope.addi(ratio).muli(-1); // (B, F)
            try (NDArray weighted = slope.mul(share); // (B, F)
                    NDArray mean = weighted.sum(new int[] {1}, true)) { // (B, 1)
                gradient.addi(slope.subi(mean).divi(total).muli(weight));
            }
        }
    }

    private static NDArray total(NDArray latents) {
        return latents.sum(new int[] {1}, true).addi(ENTROPY_EPSILON); // (B, 1)
    }

    private static NDArray log(NDArray share) {
        try (NDArray shifted = share.add(ENTROPY_EPSILON)) { // (B, F)
            return shifted.log(); // (B, F)
        }
    }
}
