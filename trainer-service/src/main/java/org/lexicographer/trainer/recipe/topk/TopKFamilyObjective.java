package org.lexicographer.trainer.recipe.topk;

import java.util.List;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.objective.Objective;
import org.lexicographer.trainer.recipe.update.Parameter;

/** What the objectives of the top-k family do alike, with the state that they share. */
abstract sealed class TopKFamilyObjective implements Objective
        permits TopKObjective, BatchTopKObjective, MatryoshkaBatchTopKObjective {

    final TopKState state;

    TopKFamilyObjective(TopKState state) {
        this.state = state;
    }

    @Override
    public final void begin(Batch batch) {
        state.begin(batch);
    }

    @Override
    public final List<Parameter> parameters() {
        return state.parameters();
    }

    @Override
    public final Parameter decoderWeight() {
        return state.weights().decoderWeight();
    }

    /** Latents that take part in the auxiliary loss. */
    @Override
    public final int deadLatents() {
        return state.dead().count();
    }

    @Override
    public final void saveState(SafetensorsWriter writer, String prefix) {
        state.save(writer, prefix);
    }

    @Override
    public final void restoreState(TensorSource tensors, String prefix) {
        state.restore(tensors, prefix);
    }
}
