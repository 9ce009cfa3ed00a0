package org.lexicographer.trainer.recipe.loss;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * A loss, entry by entry: an entry is a latent that is active in a row, with its value f and the
 * loss's gradient at W_e (x - [b]) there, and with numbers of the formula's own.
 *
 * <pre>
 *   e_g = b + sum of f W_d over the entries of the g-th prefix of the dictionary - y
 *   loss = 1 / n sum_g v_g sum e_g^2 + the rows' penalties + what the methods below say
 * </pre>
 *
 * <p>Between {@link #select} and {@link #losses} is one step, in the order of the methods here.
 */
public interface EntryFormula {

    /** Returns how many numbers an entry has, {@link ActiveLatents#OWN} and those of its own. */
    default int kinds() {
        return ActiveLatents.OWN;
    }

    /** What a formula has to know of all rows of a batch before it works out gradients of one. */
    enum Needs {

        /** Nothing: rows may be taken in parts, one after the other. */
        NOTHING,

        /** Numbers that {@link #select} keeps of each tile, once all have passed by. */
        COUNTS,

        /** Their entries. */
        ENTRIES
    }

    /** Returns what {@link #selected} needs. */
    default Needs needs() {
        return Needs.NOTHING;
    }

    /**
     * Begins a step; changes nothing that steps keep.
     *
     * @param active begun for the batch
     * @return what gives active latents their values
     */
    Selection select(ActiveLatents active, StepContext context);

    /** Looks at what it {@link #needs}, before rows are decoded. */
    default void selected(ActiveLatents active) {}

    /** Returns by what the squared errors of so many rows are divided, n. */
    default double errorCount(int rows) {
        return rows;
    }

    /**
     * Returns which prefixes of a dictionary have errors; the last one is all of it.
     *
     * @param dictionarySize F
     */
    default List<Prefix> prefixes(int dictionarySize) {
        return List.of(new Prefix(dictionarySize, 1));
    }

    /**
     * The first latents of a dictionary, as a dictionary of their own.
     *
     * @param end one past its last latent
     * @param weight v_g
     */
    record Prefix(int end, double weight) {}

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

    /** Returns the latents that try to make up for errors, where the loss has such. */
    default Optional<Revival> revival() {
        return Optional.empty();
    }

    /**
     * Silent latents that try to make up for what a batch's active ones leave: they have a = W_d g
     * + e with e as a constant, and some multiple of sum a^2 is part of the loss.
     */
    interface Revival {

        /**
         * Chooses them.
         *
         * @param errors e of all latents (B, Dout)
         * @return false where there are none
         */
        boolean choose(Rows errors);

        /** Returns them with g as their values; their gradients come beside them. */
        ActiveLatents chosen();

        /** Returns what a is multiplied by in dL/da. */
        float scale();

        /** Is told what they came to, sum a^2. */
        void tried(double squares);
    }

    /** Returns what numbers are to be summed latent by latent, those of a revival included. */
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
     * @param reconstruction the squared errors with their weights, divided by their count
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
