package org.lexicographer.pipeline.recipe.setting;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.DictionaryReference;

/**
 * What training starts from instead of weights that are drawn.
 *
 * @param dictionary a dictionary in the store, trained or imported, of the recipe's shape
 */
public record Initialization(DictionaryReference dictionary) {

    public Initialization {
        requireNonNull(dictionary, "dictionary is null");
    }
}
