package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.RecipeState.Counter;

/** What losses over the state of the standard recipe do alike: they resample. */
abstract sealed class ReluFamilyLoss implements Loss permits StandardLoss, PAnnealLoss {

    final StandardState own;
    final AffineWeights weights;
    private final RecipeState state;
    private final Optional<Resampler> resampler;

    ReluFamilyLoss(RecipeSpec spec, StandardState own, List<Counter> counters) {
        this.own = own;
        this.weights = own.weights();
        this.state = own.with(counters);
        this.resampler = spec.resampling().map(it -> new Resampler(it, spec.seed(), own));
    }

    @Override
    public final RecipeState state() {
        return state;
    }

    @Override
    public final int resample(Batch batch, long step) {
        return resampler.filter(it -> it.isDue(step)).map(it -> it.resample(step, batch)).orElse(0);
    }

    /**
     * Returns how many latents would be resampled; without resampling, how many are silent for more
     * than the steps.
     */
    final int deadLatents() {
        return resampler
                .map(it -> it.dead().length)
                .orElseGet(() -> own.silent().longerThan(deadSteps()));
    }

    /** Returns for how many steps each latent has been silent, (F). */
    final NDArray silentSteps() {
        return own.silent().steps();
    }

    /** Returns for how many steps in a row a latent is silent that is not dead yet. */
    abstract int deadSteps();
}
