package org.lexicographer.pipeline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.schema.Rules;

/**
 * How one dictionary per site is trained; {@code {run}/{site}/{name}} identifies the dictionary.
 */
public sealed interface RecipeSpec
        permits StandardRecipeSpec,
                StandardAprilRecipeSpec,
                PAnnealRecipeSpec,
                GatedRecipeSpec,
                GatedAnnealRecipeSpec,
                TopKRecipeSpec,
                BatchTopKRecipeSpec,
                MatryoshkaBatchTopKRecipeSpec,
                JumpReluRecipeSpec {

    /** Returns the types there are, in the order in which documentation has them. */
    static List<RecipeType> types() {
        return List.of(
                StandardRecipeSpec.TYPE,
                StandardAprilRecipeSpec.TYPE,
                PAnnealRecipeSpec.TYPE,
                GatedRecipeSpec.TYPE,
                GatedAnnealRecipeSpec.TYPE,
                TopKRecipeSpec.TYPE,
                BatchTopKRecipeSpec.TYPE,
                MatryoshkaBatchTopKRecipeSpec.TYPE,
                JumpReluRecipeSpec.TYPE);
    }

    /**
     * Fills in the defaults that depend on other fields.
     *
     * @param recipe a recipe that is valid after the run spec's schema
     * @param steps the run's training steps
     */
    static void complete(ObjectNode recipe, int steps) {
        typeOf(recipe).completion().complete(recipe, steps);
    }

    /** Binds a complete recipe to the record of its type. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static RecipeSpec of(ObjectNode recipe) {
        ObjectNode settings = recipe.deepCopy();
        settings.remove("type");
        return Json.bind(settings, typeOf(recipe).spec());
    }

    private static RecipeType typeOf(ObjectNode recipe) {
        String name = recipe.path("type").asText();
        return types().stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BrokenRuleException("unknown recipe type", types(), name));
    }

    /** Returns what every recipe states. */
    RecipeBasics basics();

    /** Returns the recipe's type. */
    @JsonProperty("type")
    RecipeType type();

    /** Returns how dead latents are given a new start; empty means never. */
    default Optional<Resampling> resampling() {
        return Optional.empty();
    }

    /**
     * Returns what the reported reconstruction term is multiplied by to be the mean over rows of
     * the squared error summed over dimensions; empty where it is that of several reconstructions.
     *
     * @param outputDim the width of the activations that are reconstructed, Dout
     */
    default OptionalDouble squaredErrorFactor(int outputDim) {
        return OptionalDouble.of(1);
    }

    /**
     * Checks the rules that go across fields, of the recipe and of its run.
     *
     * @param runSites the sites of the run
     * @param steps the run's training steps
     * @param rules takes the errors; its fields are the recipe's
     */
    default void checkIn(List<Site> runSites, int steps, Rules rules) {
        RecipeBasics.check(this, runSites, steps, rules);
        check(steps, rules);
    }

    /**
     * Checks the rules of this type that go across fields.
     *
     * @param steps the run's training steps
     * @param rules takes the errors; its fields are the recipe's
     */
    default void check(int steps, Rules rules) {}

    /** Returns the recipe's name, unique within its run. */
    default String name() {
        return basics().name();
    }

    /** Returns the sites to train at; empty means every site of the run. */
    default List<Site> sites() {
        return basics().sites();
    }

    /** Returns the number of latents, F. */
    default int dictionarySize() {
        return basics().dictionarySize();
    }

    /** Returns the seed of the initialisation and of resampling. */
    default long seed() {
        return basics().seed();
    }

    /** Returns the site whose activations are reconstructed when {@code input} is read. */
    default Site target(Site input) {
        return basics().reconstructs().map(target -> target.of(input)).orElse(input);
    }

    /** Tells whether this recipe is trained at a site of its run. */
    default boolean appliesTo(Site site) {
        return sites().isEmpty() || sites().contains(site);
    }
}
