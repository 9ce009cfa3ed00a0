package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.pipeline.schema.Rules;

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

    private static final double SUM_ROUNDING = 1e-9;

    /** The type of these recipes. */
    public static final RecipeType TYPE =
            new RecipeType(
                    "matryoshkaBatchTopK",
                    MatryoshkaBatchTopKRecipeSpec.class,
                    MatryoshkaBatchTopKRecipeSpec::complete);

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

    private static void complete(ObjectNode recipe, int steps) {
        TopKSelection.complete(recipe, steps);
        int groups = recipe.path("groupFractions").size();
        double weight =
                switch (Compatibility.of(recipe)) {
                    case PAPER -> 1;
                    case DICTIONARY_LEARNING -> 1.0 / groups;
                };
        if (!recipe.has("groupWeights")) {
            ArrayNode weights = recipe.putArray("groupWeights");
            IntStream.range(0, groups).forEach(group -> weights.add(weight));
        }
    }

    @Override
    public void check(int steps, Rules rules) {
        selection.check(dictionarySize(), steps, rules);
        if (rules.sound("groupFractions", "groupWeights")) {
            rules.that(
                    "groupWeights",
                    groupWeights.size() == groupFractions.size(),
                    "not as many as groups",
                    groupFractions.size(),
                    groupWeights.size());
        }
        if (!rules.sound("groupFractions")) {
            return;
        }
        double sum = groupFractions.stream().mapToDouble(Double::doubleValue).sum();
        boolean isWhole = Math.abs(sum - 1) <= SUM_ROUNDING;
        rules.that(
                "groupFractions", isWhole, "fractions do not add up", "a sum of 1", groupFractions);
        if (isWhole && rules.sound("dictionarySize")) {
            rules.that(
                    "groupFractions",
                    groupSizes().stream().allMatch(size -> size >= 1),
                    "a group has no latent",
                    "groups of at least 1",
                    groupSizes());
        }
    }

    @Override
    public OptionalDouble squaredErrorFactor(int outputDim) {
        return OptionalDouble.empty();
    }

    @Override
    public RecipeType type() {
        return TYPE;
    }
}
