package org.lexicographer.trainer.recipe.topk;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.LargestLatents;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * The formulas of {@link TopKLoss}, {@link BatchTopKLoss} and {@link MatryoshkaBatchTopKLoss},
 * entry by entry.
 *
 * <p>Of equal pre-activations the one of the earlier row and then of the earlier latent is larger.
 */
final class SparseTopK implements EntryFormula {

    private static final int[] ENCODER_BIAS = {ActiveLatents.GRADIENT};

    private final TopKState state;
    private final Choice choice;
    private final LargestLatents largest;
    private final SparseAuxiliaryLoss auxiliary;
    private final boolean[] found;
    private long step;
    private int k;

    /**
     * What the losses of the family differ in.
     *
     * @param scope among which latents the largest are chosen
     * @param zeroCounts whether being chosen counts as active even at 0, which happens in rows that
     *     have less than k positive latents; the first of those at 0 are chosen then
     * @param prefixes which prefixes of the dictionary have losses
     */
    record Choice(LargestLatents.Scope scope, boolean zeroCounts, List<Prefix> prefixes) {

        /** Returns a choice for a dictionary without prefixes of its own. */
        static Choice of(LargestLatents.Scope scope, boolean zeroCounts, TopKState state) {
            return new Choice(
                    scope, zeroCounts, List.of(new Prefix(state.weights().dictionarySize(), 1)));
        }
    }

    SparseTopK(TopKState state, Choice choice, Workers workers) {
        this.state = state;
        this.choice = choice;
        Rows bias = Rows.of(state.encoderBias().value());
        this.largest = LargestLatents.of(choice.scope(), workers, bias);
        this.auxiliary =
                new SparseAuxiliaryLoss(
                        state.auxiliary(),
                        state.dead(),
                        workers,
                        bias,
                        state.weights().outputDim());
        this.found = new boolean[state.weights().dictionarySize()];
    }

    private boolean revives() {
        return state.auxiliary().weight() != 0;
    }

    @Override
    public Needs needs() {
        return Needs.ENTRIES;
    }

    @Override
    public Selection select(ActiveLatents active, StepContext context) {
        step = context.step();
        k = state.k(context);
        largest.begin(active, k);
        if (!revives()) {
            return largest;
        }
        auxiliary.begin(active.rows());
        return largest.and(auxiliary);
    }

    @Override
    public void selected(ActiveLatents active) {
        if (state.threshold().learnsAt(step)) {
            state.threshold().learn(step, smallest(active));
        }
        setFound(active);
        state.dead().count(found, active.rows());
    }

    @Override
    public List<Prefix> prefixes(int dictionarySize) {
        return choice.prefixes();
    }

    @Override
    public double setGradients(ActiveTile tile, int row) {
        return 0;
    }

    @Override
    public Optional<Revival> revival() {
        return revives() ? Optional.of(auxiliary) : Optional.empty();
    }

    @Override
    public int[] summed() {
        return ENCODER_BIAS;
    }

    @Override
    public Losses losses(Seen seen) {
        return seen.report()
                ? new Losses(
                        seen.reconstruction(), auxiliary.value(), seen.l0(), state.dead().count())
                : Losses.UNKNOWN;
    }

    /** Returns what the threshold learns from. */
    private OptionalDouble smallest(ActiveLatents active) {
        float smallestOfAll = Float.POSITIVE_INFINITY;
        double sum = 0;
        int rows = 0;
        for (int number = 0; number < active.tiles(); number++) {
            ActiveTile tile = active.tile(number);
            for (int row = 0; row < tile.rows(); row++) {
                float smallest = smallest(tile, row);
                if (smallest < Float.POSITIVE_INFINITY) {
                    smallestOfAll = Math.min(smallestOfAll, smallest);
                    sum += smallest;
                    rows++;
                }
            }
        }
        if (rows == 0) {
            return OptionalDouble.empty();
        }
        return switch (choice.scope()) {
            // The mean over the rows that have active latents.
            case ROW -> OptionalDouble.of(sum / rows);
            case BATCH -> OptionalDouble.of(smallestOfAll);
        };
    }

    private static float smallest(ActiveTile tile, int row) {
        float[] values = tile.values();
        float smallest = Float.POSITIVE_INFINITY;
        for (int n = tile.start(row); n < tile.end(row); n++) {
            smallest = values[n] > 0 ? Math.min(smallest, values[n]) : smallest;
        }
        return smallest;
    }

    /** Finds which latents count as active in the batch. */
    private void setFound(ActiveLatents active) {
        Arrays.fill(found, false);
        for (int number = 0; number < active.tiles(); number++) {
            ActiveTile tile = active.tile(number);
            for (int row = 0; row < tile.rows(); row++) {
                for (int n = tile.start(row); n < tile.end(row); n++) {
                    // NaN is above nothing: it does not count as active.
                    found[tile.latents()[n]] |= tile.values()[n] > 0 || choice.zeroCounts();
                }
                if (choice.zeroCounts()) {
                    addZeros(tile, row);
                }
            }
        }
    }

    /** Counts the first latents at 0 as active where a row has less than k others. */
    private void addZeros(ActiveTile tile, int row) {
        int left = k - (tile.end(row) - tile.start(row));
        int n = tile.start(row);
        for (int latent = 0; latent < found.length && left > 0; latent++) {
            if (n < tile.end(row) && tile.latents()[n] == latent) {
                n++;
            } else {
                found[latent] = true;
                left--;
            }
        }
    }
}
