package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.schema.Rules;

/**
 * Settings of p-annealing: the standard recipe with a penalty on the p-th powers of the latents,
 * whose p falls.
 *
 * @param basics what every recipe states
 * @param sparsityPenalty the penalty's weight until p is first lowered
 * @param anneal how p falls
 * @param resampling how dead latents are given a new start; empty means never
 */
public record PAnnealRecipeSpec(
        @JsonUnwrapped RecipeBasics basics,
        double sparsityPenalty,
        NormAnneal anneal,
        Optional<Resampling> resampling)
        implements RecipeSpec {

    /** The type of these recipes. */
    public static final RecipeType TYPE =
            new RecipeType("pAnneal", PAnnealRecipeSpec.class, NormAnneal::complete);

    public PAnnealRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(anneal, "anneal is null");
        requireNonNull(resampling, "resampling is null");
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
