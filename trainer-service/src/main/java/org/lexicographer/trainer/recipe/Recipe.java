package org.lexicographer.trainer.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * One dictionary in training: takes batches, holds weights and optimiser state.
 *
 * <p>The result after n steps is a function of the settings and the n batches alone, whether or not
 * reports were read, and whether or not the state was saved and restored in between. Different
 * recipes may step at the same time on the same batch; one recipe belongs to one thread at a time.
 */
public interface Recipe extends AutoCloseable {

    /**
     * Takes one step.
     *
     * @param inputs the activations that are read, float32 (B, D); left as they are
     * @param targets those to reconstruct, float32 (B, Dout), row by row; may be {@code inputs}
     */
    void step(NDArray inputs, NDArray targets);

    /** Takes the same step and says what it saw, which on a GPU waits for the step to end. */
    StepReport stepAndReport(NDArray inputs, NDArray targets);

    /** Returns the number of steps taken since the start of training. */
    long stepsTaken();

    /**
     * Returns a copy of the dictionary as it is now, for activations scaled like the batches.
     *
     * @param owner the manager, on the same device, that the dictionary's arrays belong to
     */
    Dictionary dictionary(NDManager owner);

    /**
     * Adds everything that is needed to continue as if nothing had happened: weights, moments,
     * step, dead-latent counters. The writer holds copies.
     *
     * @param prefix what the names of this recipe's tensors start with
     */
    void save(SafetensorsWriter writer, String prefix);

    /**
     * Takes over what {@link #save} added, from a recipe with the same settings.
     *
     * @throws IllegalArgumentException when a tensor has another shape
     * @throws org.lexicographer.pipeline.safetensors.SafetensorsException when one is missing
     */
    void restore(TensorSource tensors, String prefix);

    /** Releases the memory. */
    @Override
    void close();
}
