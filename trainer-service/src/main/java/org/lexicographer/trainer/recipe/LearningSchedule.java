package org.lexicographer.trainer.recipe;

import java.util.Optional;
import org.lexicographer.pipeline.StandardRecipeSpec;
import org.lexicographer.pipeline.StandardRecipeSpec.Resampling;
import org.lexicographer.pipeline.StandardRecipeSpec.Schedule;

/**
 * How learning rate and penalty change, as factors of step t = 0, 1, ...
 *
 * <p>Learning rate: min(t / warmupSteps, 1), so that step 0 changes no weight (but renormalises the
 * decoder); with resampling every R steps t counts from the last multiple of R; with decay from
 * step S of T it is multiplied by (T - t) / (T - S) for t at least S. Penalty: min(t /
 * sparsityWarmupSteps, 1). As dictionary_learning's {@code get_lr_schedule} and {@code
 * get_sparsity_warmup_fn}, and as the post's training loop.
 */
record LearningSchedule(Schedule schedule, Optional<Resampling> resampling, int totalSteps) {

    static LearningSchedule of(StandardRecipeSpec spec, int totalSteps) {
        return new LearningSchedule(spec.schedule(), spec.resampling(), totalSteps);
    }

    double learningRateFactor(long step) {
        long sinceRestart = resampling.map(r -> step % r.steps()).orElse(step);
        return rise(sinceRestart, schedule.warmupSteps()) * decay(step);
    }

    double sparsityFactor(long step) {
        return rise(step, schedule.sparsityWarmupSteps());
    }

    private double decay(long step) {
        if (schedule.decayStart().isEmpty() || step < schedule.decayStart().get()) {
            return 1;
        }
        double decaySteps = totalSteps - schedule.decayStart().get();
        return Math.max(0, (totalSteps - step) / decaySteps);
    }

    private static double rise(long step, int steps) {
        return step < steps ? (double) step / steps : 1;
    }
}
