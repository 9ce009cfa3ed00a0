package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.pipeline.schema.Rules;

/**
 * Settings of the batch-top-k recipe: the k B largest latents of a batch of B rows are active.
 *
 * @param basics what every recipe states
 * @param selection which latents are active
 */
public record BatchTopKRecipeSpec(
        @JsonUnwrapped RecipeBasics basics, @JsonUnwrapped TopKSelection selection)
        implements RecipeSpec {

    /** The type of these recipes. */
    public static final RecipeType TYPE =
            new RecipeType("batchTopK", BatchTopKRecipeSpec.class, TopKSelection::complete);

    public BatchTopKRecipeSpec {
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
