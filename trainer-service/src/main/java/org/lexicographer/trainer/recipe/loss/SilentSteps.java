package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.dictionary.HostMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.loss.RecipeState.Counter;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * Counts, for each latent, for how many steps it has been silent in a row.
 *
 * @param steps (F), float32
 */
public record SilentSteps(NDArray steps) implements Counter {

    private static final String NAME = "silentSteps";

    /** Returns the counts of latents that have all just been active. */
    public static SilentSteps of(NDManager manager, int dictionarySize) {
        return new SilentSteps(manager.zeros(new Shape(dictionarySize), DataType.FLOAT32)); // (F)
    }

    /**
     * Counts a step for the latents (B, F) that are silent in every row; its arrays go to the
     * latents' manager.
     */
    public void count(NDArray latents) {
        NDArray still = latents.max(new int[] {0}).lte(0).toType(DataType.FLOAT32, false); // (F)
        steps.addi(1).muli(still);
    }

    /** Counts a step for the latents that are not active, (F), on the CPU. */
    public void count(boolean[] active) {
        Rows counts = Rows.of(steps);
        for (int latent = 0; latent < active.length; latent++) {
            counts.set(0, latent, active[latent] ? 0 : counts.get(0, latent) + 1);
        }
    }

    /** Returns how many latents were silent in more than so many steps in a row. */
    public int longerThan(int limit) {
        int count = 0;
        for (float silent : HostMemory.floats(steps)) {
            count += silent > limit ? 1 : 0;
        }
        return count;
    }

    @Override
    public void save(SafetensorsWriter writer, String prefix) {
        Parameter.add(writer, prefix + NAME, steps);
    }

    @Override
    public void restore(TensorSource tensors, String prefix) {
        Parameter.fill(steps, tensors, prefix + NAME);
    }
}
