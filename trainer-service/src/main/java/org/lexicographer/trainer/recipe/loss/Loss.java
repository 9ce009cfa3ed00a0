package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.update.Gradients;

/**
 * What a recipe minimises: its formula and its gradients in closed form, over whole arrays on any
 * device. What it is a function of, and what steps change besides, is in its {@link RecipeState}.
 *
 * <p>Intermediate arrays of a method belong to the manager of the batch. The caller attaches the
 * weights to that manager during a step, so that results do not pile up in the weights' own.
 */
public interface Loss {

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
     * @param deadLatents how many latents count as dead; see the loss for when one does
     */
    record Losses(double reconstruction, double sparsity, double l0, int deadLatents) {

        /** Losses that nobody asked for. */
        public static final Losses UNKNOWN = new Losses(Double.NaN, Double.NaN, Double.NaN, 0);

        /** Tells whether both terms are finite. */
        public boolean areFinite() {
            return Double.isFinite(reconstruction) && Double.isFinite(sparsity);
        }
    }

    /**
     * What a step came to.
     *
     * @param losses what was seen
     * @param gradients the loss's gradients at all parameters
     */
    record Outcome(Losses losses, Gradients gradients) {}

    /** Returns what is trained, with what else steps change. */
    RecipeState state();

    /**
     * Sets what is decided by the first batch, before the first step from weights that are drawn.
     */
    default void begin(Batch batch) {}

    /** Works out a step's gradients and moves counters and thresholds. */
    Outcome evaluate(Batch batch, StepContext context);

    /**
     * Returns the same loss entry by entry, for steps on the CPU that know which latents are
     * active; empty where it cannot be said so. Its steps change this loss's state.
     *
     * @param workers the threads that it may share its own work with
     */
    default Optional<EntryFormula> byEntries(Workers workers) {
        return Optional.empty();
    }

    /** Returns the same gradients as one function in TorchScript. */
    GradientFunction function();

    /**
     * Gives dead latents a new start, after a step's update; most recipes give none.
     *
     * @return how many latents have one
     */
    default int resample(Batch batch, long step) {
        return 0;
    }
}
