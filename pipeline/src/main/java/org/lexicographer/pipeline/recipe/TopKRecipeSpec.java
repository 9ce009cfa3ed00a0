package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.pipeline.schema.Rules;

/**
 * Settings of the top-k recipe: the k largest latents of each row are active.
 *
 * @param basics what every recipe states
 * @param selection which latents are active
 */
public record TopKRecipeSpec(
        @JsonUnwrapped RecipeBasics basics, @JsonUnwrapped TopKSelection selection)
        implements RecipeSpec {

    /** The type of these recipes. */
    public static final RecipeType TYPE =
            new RecipeType("topK", TopKRecipeSpec.class, TopKSelection::complete);

    public TopKRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(selection, "selection is null");
    }

    @Override
    public void check(int steps, Rules rules) {
        selection.check(dictionarySize(), steps, rules);
    }

    @Override
    public RecipeType type() {
        return TYPE;
    }
}
