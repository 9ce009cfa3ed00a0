package org.lexicographer.trainer.recipe.relu;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.Encoder;
import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.RowLoops;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.Workers;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.FastSteps;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.relu.ReluFormula.Seen;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * The steps of recipes with a ReLU encoder, on the CPU, with one product over all latents, the
 * encoder's; what follows it costs in proportion to the active ones.
 *
 * <p>Threads share tiles of rows and then ranges of latents. Every sum has one order, so that the
 * weights are the same however many threads there are.
 */
public final class ReluSteps implements FastSteps {

    private final ReluFormula formula;
    private final AffineWeights weights;
    private final Workers workers;
    private final SparsePlan plan;
    private final double beta1;
    private final Rows decoder;
    private final Rows decoderBias;
    private final ActiveLatents active;
    private final Encoder encoder;
    private final EntriesByLatent entries;
    private final LatentSums sums;
    private final ReluUpdate update;
    private final TileEntries[] tileEntries;
    private BatchRows rows;

    /** Takes the steps of a formula over a state. */
    public ReluSteps(ReluFormula formula, RecipeState state, SparsePlan plan, Update update) {
        this.formula = formula;
        this.weights = state.weights();
        this.workers = plan.workers();
        this.plan = plan;
        this.beta1 = update.beta1();
        int size = weights.dictionarySize();
        this.decoder = Rows.of(weights.decoderWeight().value());
        this.decoderBias = Rows.of(weights.decoderBias().value());
        this.active = new ActiveLatents(size, formula.kinds());
        this.encoder = new Encoder(workers, Rows.of(weights.encoderWeight().value()));
        int[] needed =
                IntStream.concat(
                                IntStream.of(ActiveLatents.VALUE, ActiveLatents.GRADIENT),
                                Arrays.stream(formula.summed()))
                        .distinct()
                        .toArray();
        this.entries = new EntriesByLatent(workers, size, needed);
        this.sums = new LatentSums(workers, entries, size, formula.summed());
        this.update = new ReluUpdate(workers, update, formula, state);
        this.tileEntries = new TileEntries[workers.threads()];
        Arrays.setAll(tileEntries, worker -> new TileEntries());
        this.rows = new BatchRows(1, weights.outputDim());
    }

    /** What is worked out row by row for a batch. */
    private static final class BatchRows {

        final Rows outputGradient;
        final Rows attempt;
        final double[] squares;
        final double[] penalties;
        final Rows tileSums;

        BatchRows(int count, int outputDim) {
            outputGradient = Rows.allocate(count, outputDim); // (B, Dout)
            attempt = Rows.allocate(count, outputDim); // (B, Dout)
            squares = new double[count];
            penalties = new double[count];
            tileSums = Rows.allocate(count, outputDim);
        }
    }

    @Override
    public Optional<Losses> step(Batch batch, StepContext context, double learningRate) {
        NDArray centred = weights.centred(batch.inputs()); // (B, D)
        int count = (int) batch.rows();
        active.begin(count);
        encoder.run(Rows.of(centred), formula.select(active, context));
        if (active.count() > plan.denseShare() * count * weights.dictionarySize()) {
            return Optional.empty();
        }
        formula.selected(active);
        if (rows.squares.length != count) {
            rows = new BatchRows(count, weights.outputDim());
        }
        Rows targets = Rows.of(batch.targets());
        double errorCount = formula.errorCount(count, weights.outputDim());
        workers.run(
                active.tiles(),
                (tile, worker) -> decode(tile, tileEntries[worker], targets, errorCount));
        Rows bias = biasGradient();
        entries.sort(active);
        Rows latentSums = sums.run();
        Rows perLatent = sums.copy();
        formula.finish(perLatent, bias);
        Losses losses = formula.losses(seen(errorCount, context.report()));
        update.apply(
                new ReluUpdate.Parts(
                        entries,
                        Rows.of(centred),
                        rows.outputGradient,
                        latentSums,
                        perLatent,
                        bias),
                AdamStep.of(learningRate, context.step() + 1, beta1));
        return Optional.of(losses);
    }

    /** Works out errors and gradients of a tile's rows, and the sum of dL/dx^ over them. */
    private void decode(int number, TileEntries own, Rows targets, double errorCount) {
        ActiveTile tile = active.tile(number);
        int first = tile.firstRow();
        reconstruct(tile, own, ActiveLatents.VALUE, rows.outputGradient, targets);
        for (int row = first; row < first + tile.rows(); row++) {
            rows.squares[row] = RowLoops.dot(rows.outputGradient, row, rows.outputGradient, row);
            RowLoops.scale(rows.outputGradient, row, (float) (2 / errorCount));
        }
        setProducts(tile, own, ActiveLatents.GRADIENT, rows.outputGradient);
        formula.attempt().ifPresent(kind -> attempt(tile, own, kind, targets));
        rows.tileSums.clear(number);
        for (int row = 0; row < tile.rows(); row++) {
            rows.penalties[first + row] = formula.setGradients(tile, row);
            RowLoops.addRow(rows.tileSums, number, 1, rows.outputGradient, first + row);
        }
    }

    private void attempt(ActiveTile tile, TileEntries own, int kind, Rows targets) {
        reconstruct(tile, own, kind, rows.attempt, targets);
        for (int row = 0; row < tile.rows(); row++) {
            RowLoops.scale(rows.attempt, tile.firstRow() + row, 2f / active.rows());
        }
        setProducts(tile, own, kind + 1, rows.attempt);
    }

    /** Sets rows to W_d times numbers, plus b - y. */
    private void reconstruct(
            ActiveTile tile, TileEntries own, int kind, Rows result, Rows targets) {
        int first = tile.firstRow();
        for (int row = first; row < first + tile.rows(); row++) {
            RowLoops.setDifference(result, row, decoderBias, targets, row);
        }
        own.visit(
                tile,
                kind,
                decoder.count(),
                (row, entries) -> Gather.addRows(result, first + row, decoder, entries));
    }

    private void setProducts(ActiveTile tile, TileEntries own, int kind, Rows outputGradient) {
        int first = tile.firstRow();
        for (int row = 0; row < tile.rows(); row++) {
            Arrays.fill(tile.numbers(kind), tile.start(row), tile.end(row), 0);
        }
        own.visit(
                tile,
                kind,
                decoder.count(),
                (row, entries) -> Gather.addDots(outputGradient, first + row, decoder, entries));
    }

    private Rows biasGradient() {
        Rows bias = Rows.allocate(1, weights.outputDim());
        for (int tile = 0; tile < active.tiles(); tile++) {
            RowLoops.addRow(bias, 0, 1, rows.tileSums, tile);
        }
        return bias;
    }

    private Seen seen(double errorCount, boolean report) {
        boolean[] seen = new boolean[weights.dictionarySize()];
        float[] values = entries.numbers(ActiveLatents.VALUE);
        long activeEntries = 0;
        for (int latent = 0; latent < seen.length; latent++) {
            for (int n = entries.start(latent); n < entries.end(latent); n++) {
                // Not a number is not silent: it has to be seen.
                boolean above = !(values[n] <= 0);
                activeEntries += above ? 1 : 0;
                seen[latent] |= above;
            }
        }
        return new Seen(
                Arrays.stream(rows.squares).sum() / errorCount,
                Arrays.stream(rows.penalties).sum(),
                active.rows(),
                seen,
                activeEntries,
                report);
    }
}
