package org.lexicographer.trainer.recipe;

import java.util.Optional;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;

/**
 * How learning rate and penalty change, as factors of step t = 0, 1, ...
 *
 * <p>Learning rate: min(t / warmupSteps, 1), so that step 0 changes no weight (but renormalises the
 * decoder); with resampling every R steps t counts from the last multiple of R; with decay from
 * step S of T it is multiplied by r = (T - t) / (T - S) for t at least S, or by (1 - cos(pi r)) / 2
 * where the fall is a cosine. Penalty: min(t / sparsityWarmupSteps, 1). As dictionary_learning's
 * {@code get_lr_schedule} and {@code get_sparsity_warmup_fn}, and as the post's training loop.
 */
public record LearningSchedule(Schedule schedule, Optional<Resampling> resampling, int totalSteps) {

    /** Returns the schedule of a recipe in a run of that many steps. */
    public static LearningSchedule of(RecipeSpec spec, int totalSteps) {
        return new LearningSchedule(spec.basics().schedule(), spec.resampling(), totalSteps);
    }

    /** Returns what the learning rate is multiplied by in a step. */
    public double learningRateFactor(long step) {
        long sinceRestart = resampling.map(r -> step % r.steps()).orElse(step);
        return rise(sinceRestart, schedule.warmupSteps()) * decay(step);
    }

    /** Returns what the penalty is multiplied by in a step. */
    public double sparsityFactor(long step) {
        return rise(step, schedule.sparsityWarmupSteps());
    }

    private double decay(long step) {
        if (schedule.decayStart().isEmpty() || step < schedule.decayStart().get()) {
            return 1;
        }
        double decaySteps = totalSteps - schedule.decayStart().get();
        double left = Math.max(0, (totalSteps - step) / decaySteps);
        return switch (schedule.decay()) {
            case LINEAR -> left;
            case COSINE -> (1 - Math.cos(Math.PI * left)) / 2;
        };
    }

    private static double rise(long step, int steps) {
        return step < steps ? (double) step / steps : 1;
    }
}
