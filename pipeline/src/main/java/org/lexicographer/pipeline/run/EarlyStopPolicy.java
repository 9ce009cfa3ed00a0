package org.lexicographer.pipeline.run;

import java.util.List;

/**
 * When a dictionary that no longer gets better has been trained enough.
 *
 * <p>Relative reconstruction loss and L0 are averaged over windows. A window improves on one of
 * them if its average lies below the best one so far by the least relative improvement; it then is
 * the best one. Both are looked at because a sparsity penalty pays off even after the
 * reconstruction has stopped to improve.
 *
 * @param window steps per window
 * @param patience windows in a row that improve on neither, after which training stops
 * @param minRelativeImprovement by which share of the best average a better one must lie below it
 * @param recipes the names of the recipes that this applies to; empty means all
 */
public record EarlyStopPolicy(
        int window, int patience, double minRelativeImprovement, List<String> recipes) {

    /** Copies the list. */
    public EarlyStopPolicy {
        recipes = List.copyOf(recipes);
    }

    /** Tells whether a recipe may be stopped. */
    public boolean appliesTo(String recipe) {
        return recipes.isEmpty() || recipes.contains(recipe);
    }
}
