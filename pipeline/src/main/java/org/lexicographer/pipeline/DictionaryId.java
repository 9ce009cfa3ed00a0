package org.lexicographer.pipeline;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Identifies a dictionary: {@code {run}/{site}/{recipe name}}.
 *
 * @param run the run's name
 * @param site the site that the dictionary reads
 * @param recipe the recipe's name
 */
public record DictionaryId(String run, Site site, String recipe) {

    public DictionaryId {
        requireNonNull(run, "run is null");
        requireNonNull(site, "site is null");
        requireNonNull(recipe, "recipe is null");
    }

    /**
     * Reads an identifier.
     *
     * @throws IllegalArgumentException when the text is not {@code run/site/recipe}
     */
    @JsonCreator
    public static DictionaryId parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3) {
            throw new BrokenRuleException("not a dictionary", "run/site/recipe", text);
        }
        return new DictionaryId(Names.check(parts[0]), Site.parse(parts[1]), Names.check(parts[2]));
    }

    @JsonValue
    @Override
    public String toString() {
        return "%s/%s/%s".formatted(run, site, recipe);
    }
}
