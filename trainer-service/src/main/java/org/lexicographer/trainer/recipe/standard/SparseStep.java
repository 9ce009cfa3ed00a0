package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.Optional;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.FastSteps;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.sparse.ActiveLatents;
import org.lexicographer.trainer.recipe.sparse.RowKernel;
import org.lexicographer.trainer.recipe.sparse.RowKernel.Part;
import org.lexicographer.trainer.recipe.sparse.RowKernel.TrainedRows;
import org.lexicographer.trainer.recipe.sparse.Rows;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.sparse.WeightedRows;
import org.lexicographer.trainer.recipe.update.AdamStep;

/**
 * The step on the CPU with one dense product, the encoder's; everything after it costs in
 * proportion to the number of active latents. Where the first rows of a batch have too many, the
 * step is dense; so the choice is a function of the batch and the weights.
 *
 * <p>Sums over the batch are taken in the order of its rows, on the calling thread.
 */
final class SparseStep implements FastSteps {

    /** Rows encoded at once: their pre-activations fit into a core's cache. */
    private static final int TILE = 128;

    private final StandardLoss loss;
    private final AffineWeights weights;
    private final RowKernel kernel;
    private final double denseShare;
    private final TrainedRows encoderWeight;
    private final TrainedRows encoderBias;
    private final TrainedRows decoderWeight;
    private final TrainedRows decoderBias;
    private final Rows silentSteps;
    private final ActiveLatents active;
    private final Rows encoderGradient;
    private final Rows decoderGradient;
    private final Rows encoderBiasGradient;
    private final Rows decoderBiasGradient;
    private Rows error;

    SparseStep(StandardLoss loss, SparsePlan plan) {
        this.loss = loss;
        this.weights = loss.weights;
        this.kernel = plan.kernel();
        this.denseShare = plan.denseShare();
        this.encoderWeight = TrainedRows.of(weights.encoderWeight());
        this.encoderBias = TrainedRows.of(loss.own.encoderBias());
        this.decoderWeight = TrainedRows.of(weights.decoderWeight());
        this.decoderBias = TrainedRows.of(weights.decoderBias());
        this.silentSteps = Rows.of(loss.own.silent().steps());
        this.active = new ActiveLatents(weights.dictionarySize());
        this.encoderGradient = Rows.allocate(1, weights.inputDim());
        this.decoderGradient = Rows.allocate(1, weights.outputDim());
        this.encoderBiasGradient = Rows.allocate(1, weights.dictionarySize());
        this.decoderBiasGradient = Rows.allocate(1, weights.outputDim());
        this.error = Rows.allocate(1, weights.outputDim());
    }

    @Override
    public Optional<Losses> step(Batch batch, StepContext context, double learningRate) {
        NDArray centred = weights.centred(batch.inputs()); // (B, D)
        if (!encode(centred)) {
            return Optional.empty();
        }
        Losses losses = backward(batch, context);
        active.groupByLatent();
        update(Rows.of(centred), AdamStep.of(learningRate, context.step() + 1));
        return Optional.of(
                context.report()
                        ? new Losses(
                                losses.reconstruction(),
                                losses.sparsity(),
                                losses.l0(),
                                loss.deadLatents())
                        : Losses.UNKNOWN);
    }

    /** Fills the active latents; returns false where a dense step is to be taken instead. */
    private boolean encode(NDArray centred) {
        int rows = (int) centred.getShape().get(0);
        active.reset(rows);
        try (NDArray encoder = weights.encoderWeight().value().transpose()) { // (D, F)
            for (int first = 0; first < rows; first += TILE) {
                int last = Math.min(rows, first + TILE);
                try (NDArray tile = centred.get(new NDIndex().addSliceDim(first, last));
                        NDArray preActivations = tile.matMul(encoder)) { // (TILE, F)
                    findActive(Rows.of(preActivations), last - first);
                }
                if (first == 0 && isDense(last)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void findActive(Rows preActivations, int rows) {
        for (int row = 0; row < rows; row++) {
            active.startRow();
            kernel.findAbove(Part.of(preActivations, row), encoderBias.value(), 0, active);
            active.endRow();
        }
    }

    private boolean isDense(int rows) {
        return active.count() > denseShare * rows * weights.dictionarySize();
    }

    /** Writes dL/dx^ to the error's rows and dL/dz to the active latents. */
    private Losses backward(Batch batch, StepContext context) {
        int rows = (int) batch.rows();
        if (error.count() != rows) {
            error = Rows.allocate(rows, weights.outputDim());
        }
        Rows targets = Rows.of(batch.targets());
        double errorCount = loss.errorCount(batch);
        float scale = (float) (2 / errorCount);
        float penaltyWeight =
                (float) (loss.spec().sparsityPenalty() * context.sparsityFactor()) / rows;
        double squares = 0;
        double penalty = 0;
        for (int row = 0; row < rows; row++) {
            WeightedRows terms = active.row(row);
            kernel.setDifference(error, row, decoderBias.value(), targets);
            kernel.addRows(error, row, decoderWeight.value(), terms);
            squares += kernel.dot(error, row, error, row);
            kernel.scale(error, row, scale);
            penalty += latentGradients(row, terms, penaltyWeight);
        }
        return new Losses(squares / errorCount, penalty / rows, active.count() / (double) rows, 0);
    }

    private double latentGradients(int row, WeightedRows terms, float weight) {
        float[] gradients = active.gradients();
        double penalty =
                SparsePenalty.setGradients(loss.spec().penalty(), weight, terms, gradients);
        for (int n = terms.from(); n < terms.to(); n++) {
            gradients[n] += kernel.dot(error, row, decoderWeight.value(), terms.row()[n]);
        }
        return penalty;
    }

    private void update(Rows centred, AdamStep adam) {
        decoderBiasGradient.clear();
        for (int row = 0; row < error.count(); row++) {
            kernel.addRow(decoderBiasGradient, 0, 1, error, row);
        }
        for (int latent = 0; latent < weights.dictionarySize(); latent++) {
            updateDecoder(latent, adam);
            updateEncoder(latent, centred, adam);
            countSilent(latent);
        }
        kernel.adam(encoderBias, 0, encoderBiasGradient, 0, adam);
        kernel.adam(decoderBias, 0, decoderBiasGradient, 0, adam);
    }

    private void updateDecoder(int latent, AdamStep adam) {
        Rows column = decoderWeight.value();
        decoderGradient.clear();
        kernel.addRows(decoderGradient, 0, error, active.valuesOf(latent));
        float parallel =
                kernel.dot(decoderGradient, 0, column, latent)
                        / kernel.dot(column, latent, column, latent);
        kernel.addRow(decoderGradient, 0, -parallel, column, latent);
        kernel.adam(decoderWeight, latent, decoderGradient, 0, adam);
        double norm = Math.sqrt(kernel.dot(column, latent, column, latent));
        kernel.scale(column, latent, (float) (1 / norm));
    }

    /** The decoder bias's gradient is completed first: it takes the encoder before its update. */
    private void updateEncoder(int latent, Rows centred, AdamStep adam) {
        WeightedRows gradients = active.gradientsOf(latent);
        float sum = 0;
        for (int n = gradients.from(); n < gradients.to(); n++) {
            sum += gradients.weight()[n];
        }
        encoderBiasGradient.set(0, latent, sum);
        if (weights.subtracted()) {
            kernel.addRow(decoderBiasGradient, 0, -sum, encoderWeight.value(), latent);
        }
        encoderGradient.clear();
        kernel.addRows(encoderGradient, 0, centred, gradients);
        kernel.adam(encoderWeight, latent, encoderGradient, 0, adam);
    }

    private void countSilent(int latent) {
        WeightedRows values = active.valuesOf(latent);
        float silent = values.from() == values.to() ? silentSteps.get(0, latent) + 1 : 0;
        silentSteps.set(0, latent, silent);
    }
}
