package org.lexicographer.pipeline.recipe.setting;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * What the recipes of the top-k family share.
 *
 * @param k the number of active latents per row: exactly for {@code topK}, on average for the batch
 *     variants
 * @param kAnnealSteps steps over which k falls linearly from the activations' width; 0 means that
 *     it is k from the start
 * @param auxiliary the loss that revives dead latents
 * @param threshold how the threshold is learned that replaces the choice of k after training
 */
public record TopKSelection(
        int k, int kAnnealSteps, AuxiliaryLoss auxiliary, @JsonUnwrapped Threshold threshold) {

    /** Checks that nothing is absent. */
    public TopKSelection {
        requireNonNull(auxiliary, "auxiliary is null");
        requireNonNull(threshold, "threshold is null");
    }

    /**
     * The loss of the k largest dead latents' attempt to reconstruct the error (AuxK).
     *
     * @param weight its weight; 0 means none
     * @param latents how many dead latents per row take part; 0 means half the activations' width
     * @param deadTokens after how many rows in which it was never active a latent counts as dead
     */
    public record AuxiliaryLoss(double weight, int latents, long deadTokens) {}

    /**
     * How the threshold is learned: a running mean of the smallest active latents.
     *
     * @param thresholdDecay by what the mean is multiplied before each step's share is added
     * @param thresholdStart the last step that is left out; the first after it sets the mean
     */
    public record Threshold(double thresholdDecay, int thresholdStart) {}
}
