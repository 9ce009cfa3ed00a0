package org.lexicographer.pipeline.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.lexicographer.pipeline.Site;

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

    /** Returns what every recipe states. */
    RecipeBasics basics();

    /** Returns the recipe's type as written in a run spec, such as {@code standard}. */
    @JsonProperty("type")
    String type();

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
