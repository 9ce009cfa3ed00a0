package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.objective.AffineWeights;
import org.lexicographer.trainer.recipe.objective.Objective;
import org.lexicographer.trainer.recipe.update.Parameter;

/** What objectives over the state of the standard recipe do alike: they resample, save, restore. */
abstract sealed class ReluFamilyObjective implements Objective
        permits StandardObjective, PAnnealObjective {

    final StandardState state;
    final AffineWeights weights;
    private final Optional<Resampler> resampler;

    ReluFamilyObjective(RecipeSpec spec, StandardState state) {
        this.state = state;
        this.weights = state.affine();
        this.resampler = spec.resampling().map(it -> new Resampler(it, spec.seed(), state));
    }

    @Override
    public final void updated(Batch batch, long step) {
        if (resampler.isPresent() && resampler.get().isDue(step)) {
            resampler.get().resample(step, batch.inputs(), batch.targets());
        }
    }

    @Override
    public final List<Parameter> parameters() {
        return state.parameters();
    }

    @Override
    public final Parameter decoderWeight() {
        return state.decoderWeight();
    }

    /**
     * Latents that would be resampled; without resampling, those silent for more than the steps.
     */
    @Override
    public final int deadLatents() {
        return resampler
                .map(it -> it.dead().length)
                .orElseGet(() -> state.silentLongerThan(deadSteps()));
    }

    /** Returns for how many steps in a row a latent is silent that is not dead yet. */
    abstract int deadSteps();

    @Override
    public final Dictionary dictionary(NDManager owner) {
        return state.dictionary(owner);
    }

    @Override
    public void saveState(SafetensorsWriter writer, String prefix) {
        state.saveSilentSteps(writer, prefix);
    }

    @Override
    public void restoreState(TensorSource tensors, String prefix) {
        state.restoreSilentSteps(tensors, prefix);
    }
}
