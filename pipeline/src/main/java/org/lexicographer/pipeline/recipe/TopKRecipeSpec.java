package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;

/**
 * Settings of the top-k recipe: the k largest latents of each row are active.
 *
 * @param basics what every recipe states
 * @param selection which latents are active
 */
public record TopKRecipeSpec(
        @JsonUnwrapped RecipeBasics basics, @JsonUnwrapped TopKSelection selection)
        implements RecipeSpec {

    /** The type's name in a run spec. */
    public static final String TYPE = "topK";

    /** Checks that nothing is absent. */
    public TopKRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(selection, "selection is null");
    }

    @Override
    @JsonProperty("type")
    public String type() {
        return TYPE;
    }
}
