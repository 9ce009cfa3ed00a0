package org.lexicographer.pipeline.recipe.setting;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.lexicographer.pipeline.schema.Rules;

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

    /** Learning rate of a dictionary of {@link #SCALED_SIZE} latents; Gao et al., figure 3. */
    private static final double SCALED_RATE = 2e-4;

    private static final double SCALED_SIZE = 1 << 14;
    private static final int THRESHOLD_START = 1000;

    public TopKSelection {
        requireNonNull(auxiliary, "auxiliary is null");
        requireNonNull(threshold, "threshold is null");
    }

    /**
     * Puts in the defaults that depend on other fields of a recipe of the family: a learning rate
     * that falls with the dictionary's size, and a threshold that short runs learn too.
     */
    public static void complete(ObjectNode recipe, int steps) {
        double size = recipe.path("dictionarySize").doubleValue();
        double rate = SCALED_RATE / Math.sqrt(size / SCALED_SIZE);
        int start =
                switch (Compatibility.of(recipe)) {
                    case PAPER -> Math.min(THRESHOLD_START, steps / 2);
                    case DICTIONARY_LEARNING -> THRESHOLD_START;
                };
        recipe.putIfAbsent("learningRate", DoubleNode.valueOf(rate));
        recipe.putIfAbsent("thresholdStart", IntNode.valueOf(start));
    }

    /** Checks the rules that go across fields. */
    public void check(int dictionarySize, int steps, Rules rules) {
        if (rules.sound("k", "dictionarySize")) {
            rules.that(
                    "k",
                    k <= dictionarySize,
                    "out of range",
                    "at most dictionarySize=" + dictionarySize,
                    k);
        }
        if (rules.sound("kAnnealSteps") && rules.ofDocument().sound("training.steps")) {
            rules.that(
                    "kAnnealSteps",
                    kAnnealSteps < steps || kAnnealSteps == 0,
                    "out of range",
                    "below steps=" + steps,
                    kAnnealSteps);
        }
    }

    /**
     * The loss of the k largest dead latents' attempt to reconstruct the error (AuxK).
     *
     * @param weight its weight; 0 means none
     * @param latents how many dead latents per row take part; 0 means half the activations' width
     * @param deadTokens the number of rows without activity after which a latent counts as dead
     */
    public record AuxiliaryLoss(double weight, int latents, long deadTokens) {}

    /**
     * How the threshold is learned: a running mean of the smallest active latents.
     *
     * @param thresholdDecay the factor that multiplies the mean before each step's share is added
     * @param thresholdStart the last step that does not count; the step after it sets the mean
     */
    public record Threshold(double thresholdDecay, int thresholdStart) {}
}
