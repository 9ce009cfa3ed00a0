package org.lexicographer.trainer.recipe.sparse;

import java.util.Arrays;
import java.util.List;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.kernel.AdamLoop;
import org.lexicographer.trainer.recipe.kernel.RowLoops;
import org.lexicographer.trainer.recipe.kernel.TrainedRows;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * Entries by latent go in, moved weights come out, by the rules of an {@link Update}.
 *
 * <pre>
 *   dL/dW_d = sum of f dL/dx^ + share W_d      dL/dW_e = sum of dL/dz (x - [b])'
 *   dL/db = sum of dL/dx^ - [W_e' sum of dL/dz]
 * </pre>
 *
 * <p>Latents lie in ranges that threads take one by one. Each latent's sums are in the order of its
 * rows; what goes across latents is added up range by range. Without a limit to the gradients' norm
 * a latent is moved as soon as its gradient is known; with one, gradients are kept until all are.
 */
final class SparseUpdate {

    private static final int RANGE = LatentGradients.RANGE;

    private final Workers workers;
    private final RowMemory memory;
    private final Update update;
    private final EntryFormula formula;
    private final boolean subtracted;
    private final TrainedRows encoder;
    private final TrainedRows decoder;
    private final TrainedRows decoderBias;
    private final List<TrainedRows> perLatent;
    private final Rows throughInput;
    private final double[] squares;
    private Rows encoderGradient;
    private Rows decoderGradient;
    private final LatentGradients[] latentGradients;
    private AdamStep adam;

    SparseUpdate(
            Workers workers,
            Update update,
            EntryFormula formula,
            RecipeState state,
            RowMemory memory) {
        AffineWeights weights = state.weights();
        this.memory = memory;
        this.workers = workers;
        this.update = update;
        this.formula = formula;
        this.subtracted = weights.subtracted();
        this.encoder = TrainedRows.of(weights.encoderWeight());
        this.decoder = TrainedRows.of(weights.decoderWeight());
        this.decoderBias = TrainedRows.of(weights.decoderBias());
        this.perLatent = state.perLatent().stream().map(TrainedRows::of).toList();
        int ranges = (weights.dictionarySize() + RANGE - 1) / RANGE;
        this.throughInput = memory.rows(ranges, weights.inputDim());
        this.squares = new double[ranges];
        int kept = clips() ? weights.dictionarySize() : RANGE * workers.threads();
        this.encoderGradient = memory.rows(kept, weights.inputDim());
        this.decoderGradient = memory.rows(kept, weights.outputDim());
        this.latentGradients = new LatentGradients[workers.threads()];
        Arrays.setAll(latentGradients, worker -> new LatentGradients());
    }

    private boolean clips() {
        return update.maxGradientNorm() > 0;
    }

    /**
     * What a step's gradients are made of.
     *
     * @param contributions entries that have not been added
     * @param centred x - [b] (B, D)
     * @param sums of all entries
     * @param perLatent the gradient of each parameter with one value per latent, a row (F) each
     * @param bias the sum over the rows of dL/dx^, one row (Dout), which is changed
     */
    record Parts(
            List<Contribution> contributions,
            Rows centred,
            LatentSums sums,
            Rows perLatent,
            Rows bias) {}

    /**
     * Adds some rows' part to the gradients of the next step.
     *
     * @param centred x - [b] (B, D)
     * @param first whether these are the first rows
     */
    void add(List<Contribution> contributions, Rows centred, boolean first) {
        int size = encoder.value().count();
        if (encoderGradient.count() < size) {
            encoderGradient = memory.rows(size, encoderGradient.width());
            decoderGradient = memory.rows(size, decoderGradient.width());
        }
        if (first) {
            encoderGradient.clear();
            decoderGradient.clear();
        }
        workers.run(
                throughInput.count(),
                (range, worker) -> add(contributions, centred, range, latentGradients[worker]));
    }

    private void add(
            List<Contribution> contributions, Rows centred, int range, LatentGradients own) {
        int last = last(range);
        int latent = range * RANGE;
        while (latent < last) {
            int end = own.begin(contributions, latent, last, centred.count());
            gather(contributions, centred, own, latent, latent);
            latent = end;
        }
    }

    private int last(int range) {
        return Math.min((range + 1) * RANGE, encoder.value().count());
    }

    /** Takes one step. */
    void apply(Parts parts, AdamStep step) {
        adam = step;
        int ranges = throughInput.count();
        workers.run(ranges, (range, worker) -> begin(parts, range, worker));
        addThroughInput(parts.bias());
        if (clips()) {
            float factor = update.clipFactor(squares(parts));
            workers.run(ranges, (range, worker) -> moveAll(parts, range, factor));
            RowLoops.scale(parts.bias(), 0, factor);
            for (int i = 0; i < perLatent.size(); i++) {
                RowLoops.scale(parts.perLatent(), i, factor);
            }
        }
        for (int i = 0; i < perLatent.size(); i++) {
            AdamLoop.move(perLatent.get(i), 0, parts.perLatent(), i, adam);
        }
        AdamLoop.move(decoderBias, 0, parts.bias(), 0, adam);
    }

    /** Works out the gradients of a range; moves its latents where nothing has to be awaited. */
    private void begin(Parts parts, int range, int worker) {
        int last = last(range);
        throughInput.clear(range);
        squares[range] = 0;
        boolean added = parts.contributions().isEmpty();
        int latent = range * RANGE;
        while (latent < last) {
            int end = last;
            int slot = added || clips() ? latent : RANGE * worker;
            if (!added) {
                LatentGradients own = latentGradients[worker];
                end = own.begin(parts.contributions(), latent, last, parts.centred().count());
                clear(slot, end - latent);
                gather(parts.contributions(), parts.centred(), own, slot, latent);
            }
            for (; latent < end; latent++, slot++) {
                complete(parts, latent, slot, range);
                if (clips()) {
                    squares[range] += RowLoops.dot(encoderGradient, slot, encoderGradient, slot);
                    squares[range] += RowLoops.dot(decoderGradient, slot, decoderGradient, slot);
                } else {
                    move(latent, slot);
                }
            }
        }
    }

    private void clear(int slot, int count) {
        for (int n = 0; n < count; n++) {
            encoderGradient.clear(slot + n);
            decoderGradient.clear(slot + n);
        }
    }

    private void gather(
            List<Contribution> contributions,
            Rows centred,
            LatentGradients own,
            int slot,
            int latent) {
        for (int i = 0; i < contributions.size(); i++) {
            Contribution it = contributions.get(i);
            LatentEntries entries = it.entries();
            own.addTo(encoderGradient, slot, entries, ActiveLatents.GRADIENT, centred);
            Rows outputGradient = it.outputGradient(latent);
            own.addTo(decoderGradient, slot, entries, ActiveLatents.VALUE, outputGradient);
        }
    }

    private void complete(Parts parts, int latent, int slot, int range) {
        if (!parts.sums().isActive(latent)) {
            return;
        }
        float share = formula.decoderShare(parts.sums().sums(), latent);
        if (share != 0) {
            RowLoops.addRow(decoderGradient, slot, share, decoder.value(), latent);
        }
        if (subtracted) {
            float sum = parts.sums().gradient(latent);
            RowLoops.addRow(throughInput, range, -sum, encoder.value(), latent);
        }
        if (update.decoderNorm() != DecoderNorm.FREE) {
            takeOutParallelPart(latent, slot);
        }
    }

    private void takeOutParallelPart(int latent, int slot) {
        Rows columns = decoder.value();
        float norm = norm(latent) + update.decoderNorm().projectionGuard();
        float length = RowLoops.dot(decoderGradient, slot, columns, latent);
        RowLoops.addRow(decoderGradient, slot, -(length / norm / norm), columns, latent);
    }

    private float norm(int latent) {
        Rows columns = decoder.value();
        return (float) Math.sqrt(RowLoops.dot(columns, latent, columns, latent));
    }

    private void addThroughInput(Rows bias) {
        for (int range = 0; subtracted && range < throughInput.count(); range++) {
            RowLoops.addRow(bias, 0, 1, throughInput, range);
        }
    }

    private double squares(Parts parts) {
        double sum = RowLoops.dot(parts.bias(), 0, parts.bias(), 0);
        for (int i = 0; i < perLatent.size(); i++) {
            sum += RowLoops.dot(parts.perLatent(), i, parts.perLatent(), i);
        }
        for (double range : squares) {
            sum += range;
        }
        return sum;
    }

    private void moveAll(Parts parts, int range, float factor) {
        int last = last(range);
        for (int latent = range * RANGE; latent < last; latent++) {
            // Not a number is not 1: it has to be seen.
            if (factor != 1 && parts.sums().isActive(latent)) {
                RowLoops.scale(encoderGradient, latent, factor);
                RowLoops.scale(decoderGradient, latent, factor);
            }
            move(latent, latent);
        }
    }

    private void move(int latent, int slot) {
        AdamLoop.move(decoder, latent, decoderGradient, slot, adam);
        AdamLoop.move(encoder, latent, encoderGradient, slot, adam);
        if (update.decoderNorm() != DecoderNorm.FREE) {
            float norm = norm(latent) + update.decoderNorm().normGuard();
            RowLoops.scale(decoder.value(), latent, 1 / norm);
        }
    }
}
