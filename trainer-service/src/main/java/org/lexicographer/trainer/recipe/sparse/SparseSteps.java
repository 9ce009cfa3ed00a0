package org.lexicographer.trainer.recipe.sparse;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.NotFiniteException;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.Encoder;
import org.lexicographer.trainer.recipe.active.Selection;
import org.lexicographer.trainer.recipe.dense.BatchPanels;
import org.lexicographer.trainer.recipe.dense.RangeEntries;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Needs;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Prefix;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Revival;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Seen;
import org.lexicographer.trainer.recipe.loss.FastSteps;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * Steps on the CPU with one product over all latents, the encoder's; what follows it costs in
 * proportion to the active ones.
 *
 * <p>A batch that could have more entries than the plan allows is taken in parts, as far as the
 * formula allows it, so that lists do not grow with the batch.
 *
 * <p>Threads share tiles of rows and then ranges of latents. Every sum has one order, so that the
 * weights are the same however many threads there are.
 */
public final class SparseSteps implements FastSteps {

    private final RowMemory memory;
    private final EntryFormula formula;
    private final AffineWeights weights;
    private final SparsePlan plan;
    private final double beta1;
    private final ActiveLatents active;
    private final Encoder encoder;
    private final Reconstruction reconstruction;
    private final EntriesByLatent entries;
    private final EntriesInPlace inPlace;
    private final Optional<EntriesByLatent> revived;
    private final List<Prefix> whole;
    private final LatentSums sums;
    private final SparseUpdate update;
    private final boolean[] seen;

    /** Takes the steps of a formula over a state. */
    public static SparseSteps of(
            EntryFormula formula, RecipeState state, SparsePlan plan, Update update) {
        RowMemory memory = new RowMemory();
        try {
            return new SparseSteps(formula, state, plan, update, memory);
        } catch (RuntimeException | Error e) {
            // There may be no room for all of it.
            memory.close();
            throw e;
        }
    }

    private SparseSteps(
            EntryFormula formula,
            RecipeState state,
            SparsePlan plan,
            Update update,
            RowMemory memory) {
        this.memory = memory;
        this.formula = formula;
        this.weights = state.weights();
        this.plan = plan;
        this.beta1 = update.beta1();
        Workers workers = plan.workers();
        int size = weights.dictionarySize();
        this.active = new ActiveLatents(size, formula.kinds());
        this.encoder = new Encoder(workers, Rows.of(weights.encoderWeight().value()), memory);
        this.reconstruction = new Reconstruction(workers, formula, weights, memory);
        int[] summed = formula.summed();
        int[] needed =
                IntStream.concat(
                                IntStream.of(ActiveLatents.VALUE, ActiveLatents.GRADIENT),
                                Arrays.stream(summed))
                        .distinct()
                        .toArray();
        this.entries = new EntriesByLatent(workers, size, needed);
        int[] ownSums =
                IntStream.concat(IntStream.of(ActiveLatents.GRADIENT), Arrays.stream(summed))
                        .distinct()
                        .toArray();
        this.inPlace =
                new EntriesInPlace(
                        new RangeEntries(workers, size, ownSums), new BatchPanels(workers, memory));
        this.revived = formula.revival().map(revival -> new EntriesByLatent(workers, size, needed));
        this.whole = List.of(new Prefix(size, 1));
        this.sums = new LatentSums(workers, memory, size, summed);
        this.update = new SparseUpdate(workers, update, formula, state, memory);
        this.seen = new boolean[size];
    }

    @Override
    public Losses step(Batch batch, StepContext context, double learningRate) {
        NDArray centred = weights.centred(batch.inputs()); // (B, D)
        Rows inputs = Rows.of(centred);
        active.begin(inputs.count());
        Selection selection = formula.select(active, context);
        reconstruction.begin(active, Rows.of(batch.targets()));
        sums.begin();
        encoder.pack();
        List<Contribution> left =
                formula.needs() == Needs.ENTRIES || inputs.count() <= plan.rowsAtOnce(seen.length)
                        ? takeWhole(inputs, selection)
                        : takeParts(inputs, selection);
        Rows perLatent = sums.copy();
        Rows bias = reconstruction.biasGradient();
        formula.finish(perLatent, bias);
        Losses losses = formula.losses(seen(context.report()));
        if (context.report() && losses.areFinite()) {
            checkFinite("of one value per latent", perLatent);
            checkFinite("decoderBias", bias);
        }
        update.apply(
                new SparseUpdate.Parts(left, inputs, sums, perLatent, bias),
                AdamStep.of(learningRate, context.step() + 1, beta1));
        return losses;
    }

    /** Whatever is not finite in a row's gradients is in these sums too. */
    private static void checkFinite(String name, Rows gradients) {
        for (int row = 0; row < gradients.count(); row++) {
            for (int i = 0; i < gradients.width(); i++) {
                if (!Float.isFinite(gradients.get(row, i))) {
                    throw new NotFiniteException(
                            "gradient not finite: parameter=%s, index=%d, found=%s"
                                    .formatted(name, i, gradients.get(row, i)));
                }
            }
        }
    }

    /** Works out all rows; returns what the gradients of weights are to be made of. */
    private List<Contribution> takeWhole(Rows inputs, Selection selection) {
        encoder.run(inputs, 0, active.tiles(), selection);
        selection.end();
        boolean many = areMany();
        formula.selected(active);
        reconstruction.run(many);
        reconstruction.end();
        List<Contribution> contributions = contributions(many, inputs);
        sums.add(contributions);
        return contributions;
    }

    /** Works out rows part by part, with the gradients of weights; leaves nothing to be added. */
    private List<Contribution> takeParts(Rows inputs, Selection selection) {
        int atOnce = plan.rowsAtOnce(seen.length) / TileProduct.ROWS;
        int tiles = active.tiles();
        if (formula.needs() == Needs.COUNTS) {
            for (int first = 0; first < tiles; first += atOnce) {
                encode(inputs, selection, first, Math.min(tiles, first + atOnce));
            }
            formula.selected(active);
        }
        for (int first = 0; first < tiles; first += atOnce) {
            encode(inputs, selection, first, Math.min(tiles, first + atOnce));
            boolean many = areMany();
            reconstruction.run(many);
            List<Contribution> part = contributions(many, inputs);
            sums.add(part);
            update.add(part, inputs, first == 0);
        }
        reconstruction.end();
        return List.of();
    }

    private void encode(Rows inputs, Selection selection, int first, int end) {
        active.beginPart(first, end);
        encoder.run(inputs, first, end, selection);
    }

    private boolean areMany() {
        int rows = active.endRow() - active.firstRow();
        return active.count() > plan.denseShare() * rows * seen.length;
    }

    /** Returns all entries, those of a revival included, sorted unless they are many. */
    private List<Contribution> contributions(boolean many, Rows inputs) {
        List<Contribution> all = new ArrayList<>();
        List<Rows> gradients = reconstruction.gradients();
        LatentEntries found = many ? inPlace(inputs, gradients) : sorted();
        all.add(new Contribution(found, formula.prefixes(weights.dictionarySize()), gradients));
        formula.revival().ifPresent(it -> revive(it, all));
        return all;
    }

    private LatentEntries sorted() {
        entries.sort(active);
        return entries;
    }

    private LatentEntries inPlace(Rows inputs, List<Rows> gradients) {
        List<Rows> factors = new ArrayList<>(gradients);
        factors.add(inputs);
        inPlace.panels().pack(active, factors);
        inPlace.ranges().begin(active);
        return inPlace;
    }

    private void revive(Revival revival, List<Contribution> all) {
        if (revival.choose(reconstruction.errors())) {
            reconstruction.revive(revival);
            revived.orElseThrow().sort(revival.chosen());
            List<Rows> gradients = List.of(reconstruction.errors());
            all.add(new Contribution(revived.orElseThrow(), whole, gradients));
        }
    }

    private Seen seen(boolean report) {
        long activeEntries = 0;
        for (int latent = 0; latent < seen.length; latent++) {
            int above = sums.above(latent);
            activeEntries += above;
            seen[latent] = above > 0;
        }
        return new Seen(
                reconstruction.loss(),
                reconstruction.penalty(),
                active.rows(),
                seen,
                activeEntries,
                report);
    }

    /** Frees what steps worked with; formulas keep a few rows, until they are unreachable. */
    @Override
    public void close() {
        memory.close();
    }
}
