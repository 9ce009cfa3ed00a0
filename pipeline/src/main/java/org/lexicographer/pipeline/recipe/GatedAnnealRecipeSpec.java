package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.schema.Rules;

/**
 * Settings of the gated recipe with a penalty on the p-th powers of the gate, whose p falls.
 *
 * @param basics what every recipe states
 * @param sparsityPenalty the penalty's weight until p is first lowered
 * @param anneal how p falls
 */
public record GatedAnnealRecipeSpec(
        @JsonUnwrapped RecipeBasics basics, double sparsityPenalty, NormAnneal anneal)
        implements RecipeSpec {

    /** The type of these recipes. */
    public static final RecipeType TYPE =
            new RecipeType("gatedAnneal", GatedAnnealRecipeSpec.class, NormAnneal::complete);

    public GatedAnnealRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(anneal, "anneal is null");
    }

    @Override
    public void check(int steps, Rules rules) {
        anneal.check(rules.at("anneal"));
    }

    @Override
    public RecipeType type() {
        return TYPE;
    }
}
