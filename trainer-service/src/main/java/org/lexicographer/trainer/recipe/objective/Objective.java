package org.lexicographer.trainer.recipe.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.update.Gradients;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * The loss that a recipe minimises, with the weights that it is a function of. All that a step
 * changes besides the weights, such as counters and thresholds, is kept here and saved with them.
 *
 * <p>Intermediate arrays of a method belong to the manager of the batch. The caller attaches the
 * weights to that manager during a step, so that results do not pile up in the weights' own.
 */
public interface Objective {

    /**
     * What a step sees.
     *
     * @param inputs the activations that are read (B, D)
     * @param targets those to reconstruct (B, Dout)
     */
    record Batch(NDArray inputs, NDArray targets) {

        /** Returns the number of rows, B. */
        public long rows() {
            return inputs.getShape().get(0);
        }
    }

    /**
     * Where training stands.
     *
     * @param step the step's number, from 0
     * @param sparsityFactor what the sparsity penalty's weight is multiplied by, in [0, 1]
     * @param report whether losses are wanted, which on a GPU waits for the step to end
     */
    record StepContext(long step, double sparsityFactor, boolean report) {}

    /**
     * What a step saw before its update; NaN unless it was asked for.
     *
     * @param reconstruction the reconstruction term
     * @param sparsity the other term before its weight: penalty or auxiliary loss
     * @param l0 the mean number of active latents per row
     */
    record Losses(double reconstruction, double sparsity, double l0) {

        /** Losses that nobody asked for. */
        public static final Losses UNKNOWN = new Losses(Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * What a step came to.
     *
     * @param losses what was seen
     * @param gradients the loss's gradients at all parameters
     */
    record Outcome(Losses losses, Gradients gradients) {}

    /** Sets what is decided by the first batch, before the first step. */
    default void begin(Batch batch) {}

    /** Works out a step's gradients and moves counters and thresholds. */
    Outcome evaluate(Batch batch, StepContext context);

    /**
     * Returns the same steps, update included, at a lower cost on the CPU; empty where there are
     * none. They change this objective's state.
     */
    default Optional<SparseSteps> sparse(SparsePlan plan, Update update) {
        return Optional.empty();
    }

    /** Does what a recipe does after a step's update, such as resampling; most do nothing. */
    default void updated(Batch batch, long step) {}

    /** Returns everything that is trained. */
    List<Parameter> parameters();

    /** Returns the decoder's weight (F, Dout), one of the parameters. */
    Parameter decoderWeight();

    /** Returns how many latents count as dead; see the recipe for when one does. */
    int deadLatents();

    /**
     * Returns a copy of the dictionary as it is now.
     *
     * @param owner the manager that the dictionary's arrays belong to
     */
    Dictionary dictionary(NDManager owner);

    /** Adds counters and thresholds to a checkpoint; the parameters are saved by the caller. */
    default void saveState(SafetensorsWriter writer, String prefix) {}

    /** Takes over what {@link #saveState} added. */
    default void restoreState(TensorSource tensors, String prefix) {}
}
