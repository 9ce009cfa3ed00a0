package org.lexicographer.trainer.stream;

import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * The sites whose activations a trainer job reads.
 *
 * @param all the site that the job trains at, then the others that its recipes reconstruct, in the
 *     order of sites
 */
public record JobSites(List<Site> all) {

    /** Copies the list. */
    public JobSites {
        all = List.copyOf(all);
    }

    /** Returns what the job of a site reads. */
    public static JobSites of(RunSpec spec, Site site) {
        List<Site> all = new ArrayList<>(List.of(site));
        spec.recipesAt(site).stream()
                .map(recipe -> recipe.target(site))
                .filter(target -> !target.equals(site))
                .distinct()
                .sorted()
                .forEach(all::add);
        return new JobSites(all);
    }

    /** Returns the site that the job trains at. */
    public Site own() {
        return all.getFirst();
    }

    /** Returns the place, from 0, of the site that a recipe reconstructs. */
    public int target(RecipeSpec recipe) {
        return all.indexOf(recipe.target(own()));
    }

    /** Tells whether a recipe takes the activations of the site at a place. */
    public boolean isTakenBy(RecipeSpec recipe, int place) {
        return place == 0 || place == target(recipe);
    }
}
