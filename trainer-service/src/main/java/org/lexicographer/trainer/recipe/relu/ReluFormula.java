package org.lexicographer.trainer.recipe.relu;

import java.util.OptionalInt;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * A loss with a ReLU encoder, entry by entry: an entry is a latent that is active in a row, with
 * its value f and the loss's gradient at W_e (x - [b]) there, and with numbers of the formula's
 * own. Between {@link #select} and {@link #losses} is one step.
 */
public interface ReluFormula {

    /** Returns how many numbers an entry has, {@link ActiveLatents#OWN} and those of its own. */
    default int kinds() {
        return ActiveLatents.OWN;
    }

    /**
     * Begins a step.
     *
     * @param active begun for the batch
     * @return what gives active latents their values
     */
    Selection select(ActiveLatents active, StepContext context);

    /** Looks at all entries, before rows are decoded. */
    default void selected(ActiveLatents active) {}

    /** Returns by what the squared errors of so many rows of a width are divided. */
    default double errorCount(int rows, int outputDim) {
        return rows;
    }

    /**
     * Returns the numbers h of another reconstruction a = W_d h + b - y, with W_d and b as
     * constants, whose squared error 1 / B sum a^2 is part of the loss. W_d' 2 / B a comes where
     * the next kind of number is.
     */
    default OptionalInt attempt() {
        return OptionalInt.empty();
    }

    /**
     * Works out the gradients of one row: at its entries there is W_d' dL/dx^ where the gradient is
     * to be. Tiles may be worked at by several threads at a time.
     *
     * @return the row's penalty
     */
    double setGradients(ActiveTile tile, int row);

    /** Returns what numbers are to be summed latent by latent. */
    int[] summed();

    /**
     * Turns sums into gradients of the parameters with one value per latent.
     *
     * @param sums a row (F) for each kind of {@link #summed}, and afterwards the gradient for each
     *     of the state's parameters
     * @param biasGradient the sum over the rows of dL/dx^, one row (Dout)
     */
    default void finish(Rows sums, Rows biasGradient) {}

    /**
     * Returns by how many times its column W_d a latent's gradient there is larger than the sum of
     * f dL/dx^.
     *
     * @param sums as {@link #finish} got them
     */
    default float decoderShare(Rows sums, int latent) {
        return 0;
    }

    /**
     * Ends a step, before its update.
     *
     * @param seen what all rows came to
     */
    Losses losses(Seen seen);

    /**
     * What all rows of a batch came to.
     *
     * @param reconstruction the squared errors, divided by their count
     * @param penalty the rows' penalties, summed up
     * @param rows B
     * @param active whether each latent has a value in some row, (F)
     * @param activeEntries how many entries have a value
     * @param report whether losses are wanted
     */
    record Seen(
            double reconstruction,
            double penalty,
            int rows,
            boolean[] active,
            long activeEntries,
            boolean report) {

        /** Returns the mean number of active latents per row. */
        public double l0() {
            return activeEntries / (double) rows;
        }

        /** Returns how many latents are silent in all rows. */
        public int silent() {
            int silent = 0;
            for (boolean it : active) {
                silent += it ? 0 : 1;
            }
            return silent;
        }
    }
}
