package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;

/**
 * Settings of the batch-top-k recipe: the k B largest latents of a batch of B rows are active.
 *
 * @param basics what every recipe states
 * @param selection which latents are active
 */
public record BatchTopKRecipeSpec(
        @JsonUnwrapped RecipeBasics basics, @JsonUnwrapped TopKSelection selection)
        implements RecipeSpec {

    /** The type's name in a run spec. */
    public static final String TYPE = "batchTopK";

    /** Checks that nothing is absent. */
    public BatchTopKRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(selection, "selection is null");
    }

    @Override
    @JsonProperty("type")
    public String type() {
        return TYPE;
    }
}
