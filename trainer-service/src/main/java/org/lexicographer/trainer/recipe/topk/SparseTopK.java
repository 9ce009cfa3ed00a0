package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.Encoder;
import org.lexicographer.trainer.recipe.active.LargestLatents;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.TrainedRows;
import org.lexicographer.trainer.recipe.kernel.Workers;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.FastSteps;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.sparse.Contribution;
import org.lexicographer.trainer.recipe.sparse.GroupedReconstruction;
import org.lexicographer.trainer.recipe.sparse.GroupedReconstruction.Group;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.sparse.SparseUpdate;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * The steps of the top-k family on the CPU with one dense product, the encoder's; everything after
 * it costs in proportion to the number of active latents. The formulas are those of {@link
 * TopKLoss}, {@link BatchTopKLoss} and {@link MatryoshkaBatchTopKLoss}, whose state it changes.
 *
 * <p>Of equal pre-activations the one of the earlier row and then of the earlier latent is larger.
 */
final class SparseTopK implements FastSteps {

    private final TopKState state;
    private final Choice choice;
    private final SparsePlan plan;
    private final Update update;
    private final Encoder encoder;
    private final ActiveLatents active;
    private final LargestLatents largest;
    private final SparseAuxiliaryLoss auxiliary;
    private final GroupedReconstruction reconstruction;
    private final SparseUpdate sparseUpdate;

    /**
     * What the losses of the family differ in.
     *
     * @param scope among which latents the largest are chosen
     * @param zeroCounts whether being chosen counts as active even at 0, which happens in rows that
     *     have less than k positive latents; the first of those at 0 are chosen then
     * @param groups which prefixes of the dictionary have losses
     */
    record Choice(LargestLatents.Scope scope, boolean zeroCounts, List<Group> groups) {

        /** Returns a choice for a dictionary without groups. */
        static Choice of(LargestLatents.Scope scope, boolean zeroCounts, TopKState state) {
            return new Choice(
                    scope, zeroCounts, List.of(new Group(state.weights().dictionarySize(), 1)));
        }
    }

    SparseTopK(TopKState state, Choice choice, SparsePlan plan, Update update) {
        this.state = state;
        this.choice = choice;
        this.plan = plan;
        this.update = update;
        AffineWeights weights = state.weights();
        SparseUpdate.Weights trained =
                new SparseUpdate.Weights(
                        TrainedRows.of(weights.encoderWeight()),
                        TrainedRows.of(state.encoderBias()),
                        TrainedRows.of(weights.decoderWeight()),
                        TrainedRows.of(weights.decoderBias()),
                        weights.subtracted());
        Workers workers = plan.workers();
        this.encoder = new Encoder(workers, trained.encoderWeight().value());
        this.active = new ActiveLatents(weights.dictionarySize());
        this.largest =
                LargestLatents.of(choice.scope(), workers, active, trained.encoderBias().value());
        this.auxiliary = new SparseAuxiliaryLoss(state.auxiliary(), state.dead(), workers, trained);
        this.reconstruction =
                new GroupedReconstruction(
                        workers,
                        choice.groups(),
                        trained.decoderWeight().value(),
                        trained.decoderBias().value());
        this.sparseUpdate = new SparseUpdate(workers, update, trained);
    }

    @Override
    public Optional<Losses> step(Batch batch, StepContext context, double learningRate) {
        int k = state.k(context);
        if (share(k) > plan.denseShare()) {
            return Optional.empty();
        }
        NDArray centred = state.weights().centred(batch.inputs()); // (B, D)
        encode(centred, k);
        if (state.threshold().learnsAt(context.step())) {
            state.threshold().learn(context.step(), smallest());
        }
        state.dead().count(activeLatents(k), batch.rows());
        double loss = reconstruction.run(active, Rows.of(batch.targets()), 1.0 / batch.rows());
        List<Contribution> contributions = new ArrayList<>();
        contributions.add(new Contribution(active, reconstruction::gradient));
        double auxiliaryLoss = 0;
        if (auxiliary.choose()) {
            auxiliaryLoss = auxiliary.run(reconstruction.error());
            contributions.add(
                    new Contribution(auxiliary.chosen(), latent -> auxiliary.outputGradient()));
        }
        sparseUpdate.apply(
                contributions,
                Rows.of(centred),
                reconstruction.biasGradient(),
                AdamStep.of(learningRate, context.step() + 1, update.beta1()));
        return Optional.of(
                context.report()
                        ? new Losses(
                                loss,
                                auxiliaryLoss,
                                active.count() / (double) batch.rows(),
                                state.dead().count())
                        : Losses.UNKNOWN);
    }

    /** Returns the largest share of latents that may be active in this step. */
    private double share(int k) {
        int dead = state.auxiliary().weight() == 0 ? 0 : state.dead().count();
        int reviving = Math.min(state.auxiliary().latents(), dead);
        return (k + reviving) / (double) state.weights().dictionarySize();
    }

    private void encode(NDArray centred, int k) {
        int rows = (int) centred.getShape().get(0);
        largest.begin(rows, k);
        auxiliary.begin(rows);
        encoder.run(Rows.of(centred), largest.and(auxiliary));
        largest.end();
    }

    /** Returns what the threshold learns from. */
    private OptionalDouble smallest() {
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

    /** Returns whether each latent counts as active in the batch, (F). */
    private boolean[] activeLatents(int k) {
        boolean[] found = new boolean[state.weights().dictionarySize()];
        for (int number = 0; number < active.tiles(); number++) {
            ActiveTile tile = active.tile(number);
            for (int row = 0; row < tile.rows(); row++) {
                for (int n = tile.start(row); n < tile.end(row); n++) {
                    // NaN is above nothing: it does not count as active.
                    found[tile.latents()[n]] |= tile.values()[n] > 0 || choice.zeroCounts();
                }
                if (choice.zeroCounts()) {
                    addZeros(tile, row, k, found);
                }
            }
        }
        return found;
    }

    /** Counts the first latents at 0 as active where a row has less than k others. */
    private static void addZeros(ActiveTile tile, int row, int k, boolean[] found) {
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
