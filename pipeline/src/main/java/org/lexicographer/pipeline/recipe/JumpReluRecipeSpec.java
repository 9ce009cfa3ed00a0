package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Optional;

/**
 * Settings of the jump-ReLU recipe: a latent is active above a threshold of its own, which is
 * trained by straight-through estimates.
 *
 * @param basics what every recipe states
 * @param sparsityPenalty the penalty's weight
 * @param targetL0 the mean number of active latents per row that is aimed at, by the penalty (L0 /
 *     targetL0 - 1)^2; empty means the penalty L0
 * @param bandwidth the width of the window around a threshold in which its gradient is estimated
 * @param initialThreshold every latent's threshold at the start
 */
public record JumpReluRecipeSpec(
        @JsonUnwrapped RecipeBasics basics,
        double sparsityPenalty,
        Optional<Double> targetL0,
        double bandwidth,
        double initialThreshold)
        implements RecipeSpec {

    /** The type's name in a run spec. */
    public static final String TYPE = "jumpReLU";

    /** Checks that nothing is absent. */
    public JumpReluRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(targetL0, "targetL0 is null");
    }

    @Override
    @JsonProperty("type")
    public String type() {
        return TYPE;
    }
}
