package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;

/**
 * Settings of the Matryoshka recipe: latents lie in groups, and every prefix of groups is trained
 * as a batch-top-k dictionary of its own.
 *
 * @param basics what every recipe states
 * @param selection which latents are active
 * @param groupFractions each group's share of the latents, adding up to 1
 * @param groupWeights the weight of each prefix's loss, as many as there are groups
 */
public record MatryoshkaBatchTopKRecipeSpec(
        @JsonUnwrapped RecipeBasics basics,
        @JsonUnwrapped TopKSelection selection,
        List<Double> groupFractions,
        List<Double> groupWeights)
        implements RecipeSpec {

    /** The type's name in a run spec. */
    public static final String TYPE = "matryoshkaBatchTopK";

    /** Checks that nothing is absent. */
    public MatryoshkaBatchTopKRecipeSpec {
        requireNonNull(basics, "basics is null");
        requireNonNull(selection, "selection is null");
        groupFractions = List.copyOf(groupFractions);
        groupWeights = List.copyOf(groupWeights);
    }

    /** Returns the groups' sizes: shares rounded down, and what is left for the last. */
    public List<Integer> groupSizes() {
        List<Integer> sizes = new ArrayList<>();
        int left = basics.dictionarySize();
        for (double fraction : groupFractions.subList(0, groupFractions.size() - 1)) {
            int size = (int) (fraction * basics.dictionarySize());
            sizes.add(size);
            left -= size;
        }
        sizes.add(left);
        return sizes;
    }

    @Override
    @JsonProperty("type")
    public String type() {
        return TYPE;
    }
}
