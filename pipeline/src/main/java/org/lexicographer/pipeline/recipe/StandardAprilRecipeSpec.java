package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * Settings of Anthropic's recipe of April 2024: ReLU encoder, free decoder norms, L1 penalty
 * weighted by them.
 *
 * @param basics what every recipe states
 * @param sparsityPenalty the penalty's weight
 */
public record StandardAprilRecipeSpec(@JsonUnwrapped RecipeBasics basics, double sparsityPenalty)
        implements RecipeSpec {

    /** The type of these recipes. */
    public static final RecipeType TYPE =
            new RecipeType("standardApril", StandardAprilRecipeSpec.class);

    public StandardAprilRecipeSpec {
        requireNonNull(basics, "basics is null");
    }

    @Override
    public RecipeType type() {
        return TYPE;
    }
}
