package org.lexicographer.pipeline.recipe;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.Initialization;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TargetSite;
import org.lexicographer.pipeline.schema.Rules;

/**
 * What every recipe states.
 *
 * @param name the recipe's name within its run
 * @param sites where to train; empty means every site of the run
 * @param reconstructs the site to reconstruct; empty means the one that is read
 * @param dictionarySize the number of latents, F
 * @param seed the seed of the initialisation and of resampling
 * @param initialize what training starts from; empty means from weights that are drawn
 * @param learningRate Adam's step size after warm-up
 * @param schedule how learning rate and penalty change over the steps
 * @param maxGradientNorm the norm that all gradients together are cut down to; 0 means never
 * @param compatibility whose reading of the recipe is followed where the paper and
 *     dictionary_learning differ
 * @param computeType the number format of matrix products on a GPU
 * @param denseShare the share of active latents above which steps on a CPU multiply whole matrices
 */
public record RecipeBasics(
        String name,
        List<Site> sites,
        Optional<TargetSite> reconstructs,
        int dictionarySize,
        long seed,
        Optional<Initialization> initialize,
        double learningRate,
        Schedule schedule,
        double maxGradientNorm,
        Compatibility compatibility,
        ComputeType computeType,
        double denseShare) {

    public RecipeBasics {
        requireNonNull(name, "name is null");
        sites = List.copyOf(sites);
        requireNonNull(reconstructs, "reconstructs is null");
        requireNonNull(initialize, "initialize is null");
        requireNonNull(schedule, "schedule is null");
        requireNonNull(compatibility, "compatibility is null");
        requireNonNull(computeType, "computeType is null");
    }

    /**
     * Checks the rules that a recipe's sites and schedule follow in its run.
     *
     * @param recipe the recipe that states this
     * @param runSites the sites of the run
     * @param steps the run's training steps
     * @param rules takes the errors; its fields are the recipe's
     */
    static void check(RecipeSpec recipe, List<Site> runSites, int steps, Rules rules) {
        if (rules.sound("sites") && rules.ofDocument().sound("sites")) {
            for (Site site : recipe.sites()) {
                boolean isOfRun = runSites.contains(site);
                rules.that("sites", isOfRun, "not a site of the run", runSites, site);
            }
        }
        recipe.basics().checkTargets(recipe, runSites, rules);
        recipe.basics().checkSchedule(recipe, steps, rules);
    }

    private void checkTargets(RecipeSpec recipe, List<Site> runSites, Rules rules) {
        if (reconstructs.isEmpty() || !rules.sound("sites", "reconstructs")) {
            return;
        }
        TargetSite target = reconstructs.get();
        for (Site site : runSites) {
            if (!recipe.appliesTo(site)) {
                continue;
            }
            boolean exists = target.existsFor(site);
            rules.that("reconstructs", exists, "no such target", "a target of each site", site);
            rules.that(
                    "reconstructs",
                    !exists || !target.of(site).equals(site),
                    "is the site that is read",
                    "another site, or nothing",
                    site);
        }
    }

    private void checkSchedule(RecipeSpec recipe, int steps, Rules rules) {
        if (schedule.decayStart().isEmpty() || !rules.sound("schedule")) {
            return;
        }
        int start = schedule.decayStart().get();
        int warmup = Math.max(schedule.warmupSteps(), schedule.sparsityWarmupSteps());
        if (rules.ofDocument().sound("training.steps")) {
            rules.that(
                    "schedule.decayStart",
                    start > warmup && start < steps,
                    "out of range",
                    "above warmup=%d and below steps=%d".formatted(warmup, steps),
                    start);
        }
        rules.that(
                "schedule.decayStart",
                recipe.resampling().isEmpty(),
                "decay and resampling exclude each other, each resampling restarts the learning"
                        + " rate",
                "one of the two",
                "both");
    }
}
