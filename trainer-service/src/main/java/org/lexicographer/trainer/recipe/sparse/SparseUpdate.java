package org.lexicographer.trainer.recipe.sparse;

import java.util.List;
import org.lexicographer.trainer.recipe.active.LatentRange;
import org.lexicographer.trainer.recipe.kernel.AdamLoop;
import org.lexicographer.trainer.recipe.kernel.RowLoops;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.TrainedRows;
import org.lexicographer.trainer.recipe.kernel.Workers;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * Gradients of active latents go in, moved weights come out, by the rules of an {@link Update}.
 *
 * <pre>
 *   dL/dW_d = sum of f dL/dx^      dL/db_e = sum of dL/dz
 *   dL/dW_e = sum of dL/dz (x - [b])'      dL/db = sum of dL/dx^ - [W_e' dL/dz]
 * </pre>
 *
 * Latents that were not active have a gradient of 0, but Adam moves them as long as their moments
 * are not 0; so every latent takes part in every update, and in nothing else.
 *
 * <p>Blocks of latents are shared by threads. A latent's gradients are added up, and its weights
 * moved, while they are in the cache; only where all gradients have to be known before, to be cut
 * to a norm, are they kept. Sums over latents are taken in the order of blocks.
 */
public final class SparseUpdate {

    private static final int BLOCK = BlockGradients.LATENTS;

    private final Workers workers;
    private final Update update;
    private final Weights weights;
    private final boolean keepsGradients;
    private final BlockGradients[] gradients;
    private final LatentRange[] ranges;
    private final Rows encoderBiasGradient;
    private final Rows decoderBiasGradient;
    private final Rows biasShares;
    private final double[] squares;

    /**
     * What is moved.
     *
     * @param encoderWeight W_e (F, D)
     * @param encoderBias b_e (F)
     * @param decoderWeight W_d (F, Dout)
     * @param decoderBias b (Dout)
     * @param subtracted whether b is subtracted from the input
     */
    public record Weights(
            TrainedRows encoderWeight,
            TrainedRows encoderBias,
            TrainedRows decoderWeight,
            TrainedRows decoderBias,
            boolean subtracted) {

        int dictionarySize() {
            return encoderBias.value().width();
        }

        int inputDim() {
            return encoderWeight.value().width();
        }

        int outputDim() {
            return decoderBias.value().width();
        }

        int blocks() {
            return (dictionarySize() + BLOCK - 1) / BLOCK;
        }
    }

    /** Moves the weights in place. */
    public SparseUpdate(Workers workers, Update update, Weights weights) {
        this.workers = workers;
        this.update = update;
        this.weights = weights;
        this.keepsGradients = update.maxGradientNorm() > 0;
        this.gradients = new BlockGradients[keepsGradients ? weights.blocks() : workers.threads()];
        this.ranges = new LatentRange[workers.threads()];
        this.encoderBiasGradient = Rows.allocate(1, weights.dictionarySize());
        this.decoderBiasGradient = Rows.allocate(1, weights.outputDim());
        this.biasShares = Rows.allocate(weights.blocks(), weights.outputDim());
        this.squares = new double[weights.blocks()];
    }

    /**
     * Takes one step.
     *
     * @param contributions all latents that were active
     * @param centred x - [b] (B, D)
     * @param biasGradient what x^ leads to at b through the output, the batch's sum (Dout)
     */
    public void apply(
            List<Contribution> contributions, Rows centred, Rows biasGradient, AdamStep adam) {
        workers.run(
                weights.blocks(),
                (block, worker) -> {
                    BlockGradients found = gather(contributions, centred, block, worker);
                    if (!keepsGradients) {
                        move(found, block, adam);
                    }
                });
        setDecoderBiasGradient(biasGradient);
        if (keepsGradients) {
            float factor = update.clipFactor(squares());
            workers.run(weights.blocks(), (block, worker) -> moveKept(block, factor, adam));
            RowLoops.scale(encoderBiasGradient, 0, factor);
            RowLoops.scale(decoderBiasGradient, 0, factor);
        }
        AdamLoop.move(weights.encoderBias(), 0, encoderBiasGradient, 0, adam);
        AdamLoop.move(weights.decoderBias(), 0, decoderBiasGradient, 0, adam);
    }

    private BlockGradients gather(
            List<Contribution> contributions, Rows centred, int block, int worker) {
        int place = keepsGradients ? block : worker;
        if (gradients[place] == null) {
            gradients[place] = new BlockGradients(weights.inputDim(), weights.outputDim());
        }
        if (ranges[worker] == null) {
            ranges[worker] = new LatentRange();
        }
        BlockGradients found = gradients[place];
        LatentRange range = ranges[worker];
        found.begin(first(block));
        for (int n = 0; n < contributions.size(); n++) {
            Contribution contribution = contributions.get(n);
            range.fill(contribution.active(), first(block), end(block) - first(block));
            add(contribution, centred, block, range, found);
        }
        for (int latent = first(block); latent < end(block); latent++) {
            encoderBiasGradient.set(0, latent, found.bias(latent));
        }
        finish(found, block);
        return found;
    }

    private static int first(int block) {
        return block * BLOCK;
    }

    private int end(int block) {
        return Math.min(weights.dictionarySize(), first(block) + BLOCK);
    }

    /** Adds latents that were added to the same sum together. */
    private void add(
            Contribution contribution,
            Rows centred,
            int block,
            LatentRange range,
            BlockGradients sums) {
        int from = first(block);
        while (from < end(block)) {
            Rows outputGradient = contribution.outputGradient().apply(from);
            int to = from + 1;
            while (to < end(block) && contribution.outputGradient().apply(to) == outputGradient) {
                to++;
            }
            sums.add(range, from, to, outputGradient, centred);
            from = to;
        }
    }

    /** Completes gradients by what only this block's weights take part in. */
    private void finish(BlockGradients found, int block) {
        biasShares.clear(block);
        double sum = 0;
        for (int latent = first(block); latent < end(block); latent++) {
            if (found.isActive(latent)) {
                if (weights.subtracted()) {
                    Rows encoder = weights.encoderWeight().value();
                    RowLoops.addRow(biasShares, block, -found.bias(latent), encoder, latent);
                }
                takeOutParallelPart(found, latent);
                int row = found.row(latent);
                sum += RowLoops.dot(found.encoder(), row, found.encoder(), row);
                sum += RowLoops.dot(found.decoder(), row, found.decoder(), row);
            }
        }
        squares[block] = sum;
    }

    private void takeOutParallelPart(BlockGradients found, int latent) {
        if (update.decoderNorm() != DecoderNorm.FREE) {
            Rows columns = weights.decoderWeight().value();
            float norm = norm(columns, latent) + update.decoderNorm().projectionGuard();
            float length = RowLoops.dot(found.decoder(), found.row(latent), columns, latent);
            float parallel = length / norm / norm;
            RowLoops.addRow(found.decoder(), found.row(latent), -parallel, columns, latent);
        }
    }

    private static float norm(Rows rows, int row) {
        return (float) Math.sqrt(RowLoops.dot(rows, row, rows, row));
    }

    private void setDecoderBiasGradient(Rows biasGradient) {
        RowLoops.setScaled(decoderBiasGradient, 0, 1, biasGradient, 0);
        for (int block = 0; block < weights.blocks() && weights.subtracted(); block++) {
            RowLoops.addRow(decoderBiasGradient, 0, 1, biasShares, block);
        }
    }

    /** Returns the sum of the squares of all gradients. */
    private double squares() {
        double sum = RowLoops.dot(encoderBiasGradient, 0, encoderBiasGradient, 0);
        sum += RowLoops.dot(decoderBiasGradient, 0, decoderBiasGradient, 0);
        for (double square : squares) {
            sum += square;
        }
        return sum;
    }

    private void moveKept(int block, float factor, AdamStep adam) {
        BlockGradients found = gradients[block];
        // Not a number is not 1: it has to be seen.
        if (factor != 1) {
            for (int row = 0; row < end(block) - first(block); row++) {
                RowLoops.scale(found.encoder(), row, factor);
                RowLoops.scale(found.decoder(), row, factor);
            }
        }
        move(found, block, adam);
    }

    private void move(BlockGradients found, int block, AdamStep adam) {
        Rows columns = weights.decoderWeight().value();
        for (int latent = first(block); latent < end(block); latent++) {
            int row = found.row(latent);
            AdamLoop.move(weights.decoderWeight(), latent, found.decoder(), row, adam);
            AdamLoop.move(weights.encoderWeight(), latent, found.encoder(), row, adam);
            if (update.decoderNorm() != DecoderNorm.FREE) {
                float norm = norm(columns, latent) + update.decoderNorm().normGuard();
                RowLoops.scale(columns, latent, 1 / norm);
            }
        }
    }
}
