package org.lexicographer.trainer.recipe.topk;

import java.util.List;
import java.util.OptionalDouble;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.TopKSelection.Threshold;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.loss.RecipeState.Counter;

/**
 * The running mean theta of the smallest active latents, which replaces the choice of the largest
 * ones after training (Bussmann et al., <a href="https://arxiv.org/abs/2412.06410">BatchTopK Sparse
 * Autoencoders</a>, 2024, equation 5): theta = beta theta + (1 - beta) m from the first step after
 * the start on, which sets it; float32, as in dictionary_learning.
 */
final class LearnedThreshold implements Counter {

    private static final String THRESHOLD = "threshold";

    private final Threshold settings;
    private final Compatibility compatibility;
    private float value = ActiveLatents.NO_THRESHOLD;

    LearnedThreshold(Threshold settings, Compatibility compatibility) {
        this.settings = settings;
        this.compatibility = compatibility;
    }

    float value() {
        return value;
    }

    /**
     * Tells whether a step is to be taken into account. Before the start there is no mean yet; a
     * dictionary that is saved then has the threshold of its last step.
     */
    boolean learnsAt(long step) {
        return compatibility == Compatibility.PAPER || step > settings.thresholdStart();
    }

    /** Takes the smallest active latent of a step into account; a step without one has none. */
    void learn(long step, OptionalDouble smallest) {
        if (smallest.isEmpty()) {
            return;
        }
        float found = (float) smallest.getAsDouble();
        float kept = (float) settings.thresholdDecay();
        float added = (float) (1 - settings.thresholdDecay());
        boolean hasMean = value >= 0 && step > settings.thresholdStart() + 1L;
        value = hasMean ? kept * value + added * found : found;
    }

    @Override
    public void save(SafetensorsWriter writer, String prefix) {
        writer.addLongs(prefix + THRESHOLD, List.of(), new long[] {Float.floatToIntBits(value)});
    }

    @Override
    public void restore(TensorSource tensors, String prefix) {
        value = Float.intBitsToFloat((int) tensors.longs(prefix + THRESHOLD)[0]);
    }
}
