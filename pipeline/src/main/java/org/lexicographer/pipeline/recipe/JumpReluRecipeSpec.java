package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.schema.Rules;

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

    /** The type of these recipes. */
    public static final RecipeType TYPE = new RecipeType("jumpReLU", JumpReluRecipeSpec.class);

    public JumpReluRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(targetL0, "targetL0 is null");
    }

    @Override
    public void check(int steps, Rules rules) {
        if (rules.sound("compatibility", "initialThreshold")) {
            boolean trainsLogarithm = basics.compatibility() == Compatibility.PAPER;
            rules.that(
                    "initialThreshold",
                    !trainsLogarithm || initialThreshold > 0,
                    "out of range",
                    "above 0, as its logarithm is trained",
                    initialThreshold);
        }
    }

    @Override
    public RecipeType type() {
        return TYPE;
    }
}
