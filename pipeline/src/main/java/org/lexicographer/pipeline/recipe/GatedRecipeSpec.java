package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * Settings of the gated recipe: whether a latent is active, and how strongly, are decided
 * separately.
 *
 * @param basics what every recipe states
 * @param sparsityPenalty the weight of the gate's L1 norm
 */
public record GatedRecipeSpec(@JsonUnwrapped RecipeBasics basics, double sparsityPenalty)
        implements RecipeSpec {

    /** The type of these recipes. */
    public static final RecipeType TYPE = new RecipeType("gated", GatedRecipeSpec.class);

    public GatedRecipeSpec {
        requireNonNull(basics, "basics is null");
    }

    @Override
    public RecipeType type() {
        return TYPE;
    }
}
