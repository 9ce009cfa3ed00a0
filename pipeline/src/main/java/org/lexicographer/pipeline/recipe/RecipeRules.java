package org.lexicographer.pipeline.recipe;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.JsonFields;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;

/** What the fields of a recipe must fulfil together, and together with those of its run. */
public final class RecipeRules {

    private static final double SUM_ROUNDING = 1e-9;

    private final RecipeSpec recipe;
    private final int steps;
    private final JsonFields fields;
    private final String path;

    private RecipeRules(RecipeSpec recipe, int steps, JsonFields fields, String path) {
        this.recipe = recipe;
        this.steps = steps;
        this.fields = fields;
        this.path = path;
    }

    /**
     * Adds an error for each rule that is broken.
     *
     * @param runSites the sites of the run
     * @param steps the run's training steps
     * @param fields takes the errors
     * @param path the recipe's place in the run spec, with a dot at its end
     */
    public static void check(
            RecipeSpec recipe, List<Site> runSites, int steps, JsonFields fields, String path) {
        RecipeRules rules = new RecipeRules(recipe, steps, fields, path);
        rules.checkSites(runSites);
        rules.checkSchedule();
        rules.checkType();
    }

    private void error(String field, String message) {
        fields.error(path + field, message);
    }

    private void checkSites(List<Site> runSites) {
        for (Site site : recipe.sites()) {
            if (!runSites.contains(site)) {
                error("sites", "not a site of the run: site=" + site);
            }
        }
        for (Site site : runSites) {
            boolean exists =
                    recipe.basics().reconstructs().map(to -> to.existsFor(site)).orElse(true);
            if (recipe.appliesTo(site) && !exists) {
                error("reconstructs", "has no such target: site=" + site);
            } else if (recipe.appliesTo(site) && namesItself(site)) {
                error("reconstructs", "is the site that is read, leave it out: site=" + site);
            }
        }
    }

    private boolean namesItself(Site site) {
        return recipe.basics().reconstructs().filter(to -> to.of(site).equals(site)).isPresent();
    }

    private void checkSchedule() {
        Schedule schedule = recipe.basics().schedule();
        Optional<Integer> decayStart = schedule.decayStart();
        if (decayStart.isEmpty()) {
            return;
        }
        int start = decayStart.get();
        int warmup = Math.max(schedule.warmupSteps(), schedule.sparsityWarmupSteps());
        if (start <= warmup || start >= steps) {
            error(
                    "schedule.decayStart",
                    "out of range: must lie after warm-up and before the last step:"
                            + " warmup=%d, steps=%d, found=%d".formatted(warmup, steps, start));
        }
        if (resampling().isPresent()) {
            error(
                    "schedule.decayStart",
                    "decay and resampling exclude each other: each resampling restarts the"
                            + " learning rate");
        }
    }

    private Optional<Resampling> resampling() {
        return switch (recipe) {
            case StandardRecipeSpec standard -> standard.resampling();
            case PAnnealRecipeSpec anneal -> anneal.resampling();
            case StandardAprilRecipeSpec april -> Optional.empty();
            case GatedRecipeSpec gated -> Optional.empty();
            case GatedAnnealRecipeSpec gated -> Optional.empty();
            case TopKRecipeSpec topK -> Optional.empty();
            case BatchTopKRecipeSpec topK -> Optional.empty();
            case MatryoshkaBatchTopKRecipeSpec topK -> Optional.empty();
            case JumpReluRecipeSpec jump -> Optional.empty();
        };
    }

    private void checkType() {
        switch (recipe) {
            case PAnnealRecipeSpec anneal -> checkAnneal(anneal.anneal());
            case GatedAnnealRecipeSpec anneal -> checkAnneal(anneal.anneal());
            case TopKRecipeSpec topK -> checkSelection(topK.selection());
            case BatchTopKRecipeSpec topK -> checkSelection(topK.selection());
            case MatryoshkaBatchTopKRecipeSpec matryoshka -> checkMatryoshka(matryoshka);
            case JumpReluRecipeSpec jump -> checkJumpRelu(jump);
            case StandardRecipeSpec standard -> checkStandard(standard);
            case StandardAprilRecipeSpec april -> {}
            case GatedRecipeSpec gated -> {}
        }
    }

    private void checkStandard(StandardRecipeSpec standard) {
        if (standard.ghostGradients().isPresent() && standard.resampling().isPresent()) {
            error(
                    "ghostGradients",
                    "ghost gradients and resampling exclude each other: both revive dead latents");
        }
    }

    private void checkAnneal(NormAnneal anneal) {
        if (anneal.end() <= anneal.start()) {
            error(
                    "anneal.end",
                    "must lie after the start: start=%d, found=%d"
                            .formatted(anneal.start(), anneal.end()));
        }
        if (anneal.function() == NormAnneal.Function.LP && anneal.pEnd() == 0) {
            error("anneal.pEnd", "must be positive where the function is lp, which takes 1/p");
        }
        if (anneal.function() == NormAnneal.Function.LP && anneal.pStart() == 0) {
            error("anneal.pStart", "must be positive where the function is lp, which takes 1/p");
        }
        if (anneal.updates() < 2 && anneal.pEnd() != anneal.pStart()) {
            error("anneal.updates", "at least 2 updates are needed to reach another p");
        }
        if (anneal.updates() > anneal.end() - anneal.start() + 1) {
            error(
                    "anneal.updates",
                    "more updates than steps: steps=%d, found=%d"
                            .formatted(anneal.end() - anneal.start() + 1, anneal.updates()));
        }
    }

    private void checkSelection(TopKSelection selection) {
        if (selection.k() > recipe.dictionarySize()) {
            error(
                    "k",
                    "out of range: max=%d, found=%d"
                            .formatted(recipe.dictionarySize(), selection.k()));
        }
        if (selection.kAnnealSteps() >= steps && selection.kAnnealSteps() > 0) {
            error(
                    "kAnnealSteps",
                    "out of range: must lie before the last step: steps=%d, found=%d"
                            .formatted(steps, selection.kAnnealSteps()));
        }
        if (selection.threshold().thresholdDecay() >= 1) {
            error(
                    "thresholdDecay",
                    "must be below 1: found=" + selection.threshold().thresholdDecay());
        }
    }

    private void checkMatryoshka(MatryoshkaBatchTopKRecipeSpec matryoshka) {
        checkSelection(matryoshka.selection());
        List<Double> fractions = matryoshka.groupFractions();
        double sum = fractions.stream().mapToDouble(Double::doubleValue).sum();
        if (Math.abs(sum - 1) > SUM_ROUNDING) {
            error("groupFractions", "must add up to 1: found=" + fractions);
        } else if (matryoshka.groupSizes().stream().anyMatch(size -> size < 1)) {
            error(
                    "groupFractions",
                    "every group needs a latent: groupSizes=" + matryoshka.groupSizes());
        }
        if (matryoshka.groupWeights().size() != fractions.size()) {
            error(
                    "groupWeights",
                    "as many as groups are needed: groups=%d, found=%d"
                            .formatted(fractions.size(), matryoshka.groupWeights().size()));
        }
    }

    private void checkJumpRelu(JumpReluRecipeSpec jump) {
        if (jump.bandwidth() == 0) {
            error("bandwidth", "must be positive");
        }
        if (jump.targetL0().isPresent() && jump.targetL0().get() == 0) {
            error("targetL0", "must be positive");
        }
        boolean trainsLogarithm = jump.basics().compatibility() == Compatibility.PAPER;
        if (trainsLogarithm && jump.initialThreshold() == 0) {
            error("initialThreshold", "must be positive: its logarithm is trained");
        }
    }
}
