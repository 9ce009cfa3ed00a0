package org.lexicographer.trainer.recipe.loss;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * How recipes of one type are trained; the class of their loss says it.
 *
 * @param draw draws the weights to start from
 * @param loss creates what is minimised
 * @param update how the weights follow their gradients
 * @param rounding what becomes of rounding
 */
public record TrainingMethod(Draw draw, LossStart loss, Update update, Rounding rounding) {

    public TrainingMethod {
        requireNonNull(draw, "draw is null");
        requireNonNull(loss, "loss is null");
        requireNonNull(update, "update is null");
        requireNonNull(rounding, "rounding is null");
    }

    /** Draws weights to start from. */
    @FunctionalInterface
    public interface Draw {

        /** Returns weights that are a function of the seed and the sizes D, Dout and F. */
        InitialWeights weights(long seed, int inputDim, int outputDim, int dictionarySize);
    }

    /** Creates what is minimised. */
    @FunctionalInterface
    public interface LossStart {

        /** Returns a loss that starts from the weights; the manager owns its arrays. */
        Loss start(NDManager manager, InitialWeights weights);
    }

    /** What becomes of rounding from step to step. */
    public enum Rounding {
        /** Float32 sums in another order differ by little, and so do the weights. */
        STAYS_SMALL,
        /**
         * Where a choice among nearly equal latents or a threshold decides, rounding can decide
         * otherwise, and what it decided enters the next steps; and the gradient of f^p with p
         * below 1 grows without bound as f nears 0, so that it turns the rounding of f into numbers
         * of any size.
         */
        DECIDES
    }

    /** Returns the weights that a recipe starts from, for activations of widths D and Dout. */
    public InitialWeights initialWeights(RecipeSpec spec, int inputDim, int outputDim) {
        return draw.weights(spec.seed(), inputDim, outputDim, spec.dictionarySize());
    }
}
