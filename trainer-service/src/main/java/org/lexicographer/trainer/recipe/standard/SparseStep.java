package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.Encoder;
import org.lexicographer.trainer.recipe.active.PositiveLatents;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.TrainedRows;
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
 * The step on the CPU with one dense product, the encoder's; everything after it costs in
 * proportion to the number of active latents. Where a batch has too many, the step is dense; so the
 * choice is a function of the batch and the weights.
 */
final class SparseStep implements FastSteps {

    private final StandardLoss loss;
    private final Update update;
    private final AffineWeights weights;
    private final double denseShare;
    private final Rows encoderBias;
    private final Rows silentSteps;
    private final Encoder encoder;
    private final ActiveLatents active;
    private final GroupedReconstruction reconstruction;
    private final SparseUpdate sparseUpdate;

    SparseStep(StandardLoss loss, SparsePlan plan, Update update) {
        this.loss = loss;
        this.update = update;
        this.weights = loss.weights;
        this.denseShare = plan.denseShare();
        SparseUpdate.Weights trained =
                new SparseUpdate.Weights(
                        TrainedRows.of(weights.encoderWeight()),
                        TrainedRows.of(loss.own.encoderBias()),
                        TrainedRows.of(weights.decoderWeight()),
                        TrainedRows.of(weights.decoderBias()),
                        weights.subtracted());
        this.encoderBias = trained.encoderBias().value();
        this.silentSteps = Rows.of(loss.own.silent().steps());
        this.encoder = new Encoder(plan.workers(), trained.encoderWeight().value());
        this.active = new ActiveLatents(weights.dictionarySize());
        this.reconstruction =
                new GroupedReconstruction(
                        plan.workers(),
                        List.of(new Group(weights.dictionarySize(), 1)),
                        trained.decoderWeight().value(),
                        trained.decoderBias().value());
        this.sparseUpdate = new SparseUpdate(plan.workers(), update, trained);
    }

    @Override
    public Optional<Losses> step(Batch batch, StepContext context, double learningRate) {
        NDArray centred = weights.centred(batch.inputs()); // (B, D)
        active.begin((int) batch.rows());
        encoder.run(Rows.of(centred), new PositiveLatents(active, encoderBias));
        long found = active.count();
        if (found > denseShare * batch.rows() * weights.dictionarySize()) {
            return Optional.empty();
        }
        GroupedReconstruction.Terms terms = reconstruct(batch, context);
        sparseUpdate.apply(
                List.of(new Contribution(active, reconstruction::gradient)),
                Rows.of(centred),
                reconstruction.biasGradient(),
                AdamStep.of(learningRate, context.step() + 1, update.beta1()));
        countSilent();
        return Optional.of(
                context.report()
                        ? new Losses(
                                terms.reconstruction(),
                                terms.penalty() / batch.rows(),
                                found / (double) batch.rows(),
                                loss.deadLatents())
                        : Losses.UNKNOWN);
    }

    /** Writes dL/dx^ to the reconstruction's rows and dL/dz to the active latents. */
    private GroupedReconstruction.Terms reconstruct(Batch batch, StepContext context) {
        float penaltyWeight =
                (float) (loss.spec().sparsityPenalty() * context.sparsityFactor()) / batch.rows();
        return reconstruction.run(
                active,
                Rows.of(batch.targets()),
                1 / loss.errorCount(batch),
                (tile, row) ->
                        SparsePenalty.setGradients(
                                loss.spec().penalty(), penaltyWeight, tile, row));
    }

    private void countSilent() {
        for (int latent = 0; latent < weights.dictionarySize(); latent++) {
            float silent = sparseUpdate.isActive(latent) ? 0 : silentSteps.get(0, latent) + 1;
            silentSteps.set(0, latent, silent);
        }
    }
}
