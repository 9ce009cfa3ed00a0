package org.lexicographer.trainer.recipe.sparse;

import java.util.List;
import org.lexicographer.trainer.recipe.sparse.LatentGradients.Contribution;
import org.lexicographer.trainer.recipe.sparse.RowKernel.TrainedRows;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * Gradients of active latents go in, moved weights come out, by the rules of an {@link Update}.
 *
 * <p>Latents that were not active have a gradient of 0, but Adam moves them as long as their
 * moments are not 0; so every latent takes part in every update, and in nothing else.
 */
public final class SparseUpdate {

    private final RowKernel kernel;
    private final Update update;
    private final Weights weights;
    private final LatentGradients gradients;
    private final Rows noEncoderGradient;
    private final Rows noDecoderGradient;

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
    }

    /** Moves the weights in place. */
    public SparseUpdate(RowKernel kernel, Update update, Weights weights) {
        this.kernel = kernel;
        this.update = update;
        this.weights = weights;
        this.gradients = new LatentGradients(kernel, weights);
        this.noEncoderGradient = Rows.allocate(1, weights.inputDim());
        this.noDecoderGradient = Rows.allocate(1, weights.outputDim());
    }

    /**
     * Takes one step.
     *
     * @param contributions all latents that were active
     * @param centred x - [b] (B, D)
     * @param biasGradient what x^ leads to at b through the output (B, Dout)
     */
    public void apply(
            List<Contribution> contributions, Rows centred, Rows biasGradient, AdamStep adam) {
        gradients.gather(contributions, centred);
        gradients.gatherDecoderBias(biasGradient, weights);
        if (update.decoderNorm() != DecoderNorm.FREE) {
            takeOutParallelPart();
        }
        if (update.maxGradientNorm() > 0) {
            float factor = update.clipFactor(gradients.squares());
            // Not a number is not 1: it has to be seen.
            if (factor != 1) {
                gradients.scale(factor);
            }
        }
        for (int latent = 0; latent < weights.dictionarySize(); latent++) {
            move(latent, adam);
        }
        kernel.adam(weights.encoderBias(), 0, gradients.encoderBias(), 0, adam);
        kernel.adam(weights.decoderBias(), 0, gradients.decoderBias(), 0, adam);
    }

    private void takeOutParallelPart() {
        Rows columns = weights.decoderWeight().value();
        float guard = update.decoderNorm().projectionGuard();
        for (int latent = 0; latent < weights.dictionarySize(); latent++) {
            if (gradients.isActive(latent)) {
                int slot = gradients.slot(latent);
                float norm = norm(columns, latent) + guard;
                float length = kernel.dot(gradients.decoder(), slot, columns, latent);
                float parallel = length / norm / norm;
                kernel.addRow(gradients.decoder(), slot, -parallel, columns, latent);
            }
        }
    }

    private float norm(Rows rows, int row) {
        return (float) Math.sqrt(kernel.dot(rows, row, rows, row));
    }

    private void move(int latent, AdamStep adam) {
        if (gradients.isActive(latent)) {
            int slot = gradients.slot(latent);
            kernel.adam(weights.decoderWeight(), latent, gradients.decoder(), slot, adam);
            kernel.adam(weights.encoderWeight(), latent, gradients.encoder(), slot, adam);
        } else {
            kernel.adam(weights.decoderWeight(), latent, noDecoderGradient, 0, adam);
            kernel.adam(weights.encoderWeight(), latent, noEncoderGradient, 0, adam);
        }
        if (update.decoderNorm() != DecoderNorm.FREE) {
            Rows columns = weights.decoderWeight().value();
            float norm = norm(columns, latent) + update.decoderNorm().normGuard();
            kernel.scale(columns, latent, 1 / norm);
        }
    }
}
