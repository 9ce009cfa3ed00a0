package org.lexicographer.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * How one dictionary per site is trained; {@code {run}/{site}/{name}} identifies the dictionary.
 */
public sealed interface RecipeSpec permits StandardRecipeSpec {

    /** Returns the recipe's name, unique within its run. */
    String name();

    /** Returns the recipe's type as written in a run spec, such as {@code standard}. */
    @JsonProperty("type")
    String type();

    /** Returns the sites to train at; empty means every site of the run. */
    List<Site> sites();

    /**
     * Returns the kind of site, in the same layer, whose activations are reconstructed; empty means
     * that the dictionary reconstructs what it reads.
     */
    Optional<Site.Kind> reconstructs();

    /** Returns the number of latents, F. */
    int dictionarySize();

    /** Returns the seed of the initialisation and of resampling. */
    long seed();

    /** Returns the site whose activations are reconstructed when {@code input} is read. */
    default Site target(Site input) {
        return reconstructs().map(input::withKind).orElse(input);
    }

    /** Tells whether this recipe is trained at a site of its run. */
    default boolean appliesTo(Site site) {
        return sites().isEmpty() || sites().contains(site);
    }
}
