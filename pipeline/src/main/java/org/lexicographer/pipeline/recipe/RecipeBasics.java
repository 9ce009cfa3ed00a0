package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TargetSite;

/**
 * What every recipe states.
 *
 * @param name the recipe's name within its run
 * @param sites where to train; empty means every site of the run
 * @param reconstructs the site to reconstruct; empty means the one that is read
 * @param dictionarySize the number of latents, F
 * @param seed the seed of the initialisation and of resampling
 * @param learningRate Adam's step size after warm-up
 * @param schedule how learning rate and penalty change over the steps
 * @param maxGradientNorm the norm that all gradients together are cut down to; 0 means never
 * @param compatibility whose reading of the recipe is followed where the paper and
 *     dictionary_learning differ
 */
public record RecipeBasics(
        String name,
        List<Site> sites,
        Optional<TargetSite> reconstructs,
        int dictionarySize,
        long seed,
        double learningRate,
        Schedule schedule,
        double maxGradientNorm,
        Compatibility compatibility) {

    /** Checks that nothing is absent. */
    public RecipeBasics {
        requireNonNull(name, "name is null");
        sites = List.copyOf(sites);
        requireNonNull(reconstructs, "reconstructs is null");
        requireNonNull(schedule, "schedule is null");
        requireNonNull(compatibility, "compatibility is null");
    }
}
