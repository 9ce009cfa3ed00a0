package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.DeadLatents;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.Outcome;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.RecipeState.Form;
import org.lexicographer.trainer.recipe.loss.ReluStep;
import org.lexicographer.trainer.recipe.loss.Start;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;
import org.lexicographer.trainer.recipe.loss.TrainingMethod.Rounding;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Gradients;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * What the recipes of the top-k family share: a = ReLU(W_e (x - [b]) + b_e), of which each recipe
 * keeps other parts f; dead latents, the loss that revives them, and the learned threshold.
 */
final class TopKState {

    private final TopKSelection selection;
    private final AffineWeights weights;
    private final Parameter encoderBias;
    private final DeadLatents dead;
    private final LearnedThreshold threshold;
    private final AuxiliaryLoss auxiliary;
    private final AnnealedK annealedK;

    private TopKState(
            NDManager manager, RecipeBasics basics, TopKSelection selection, Start start) {
        this.selection = selection;
        this.weights = AffineWeights.of(manager, start);
        this.encoderBias = weights.perLatent(manager, "encoderBias", start.weights().encoderBias());
        this.dead = new DeadLatents(weights.dictionarySize(), selection.auxiliary().deadTokens());
        this.threshold = new LearnedThreshold(selection.threshold(), basics.compatibility());
        this.auxiliary = new AuxiliaryLoss(selection, basics.compatibility(), weights);
        this.annealedK =
                new AnnealedK(
                        selection,
                        weights.inputDim(),
                        weights.dictionarySize(),
                        basics.compatibility());
    }

    /**
     * Returns how a recipe of the family is trained.
     *
     * @param loss creates its loss
     */
    static TrainingMethod method(
            RecipeBasics basics,
            TopKSelection selection,
            Function<TopKState, TopKFamilyLoss> loss) {
        return new TrainingMethod(
                InitialWeights::drawUnit,
                (manager, weights) ->
                        loss.apply(
                                new TopKState(
                                        manager, basics, selection, Start.tied(basics, weights))),
                new Update(
                        DecoderNorm.GUARDED_UNIT, AdamStep.USUAL_BETA1, basics.maxGradientNorm()),
                Rounding.DECIDES);
    }

    /**
     * An encoded batch.
     *
     * @param centred x - [b] (B, D)
     * @param rectified a (B, F)
     */
    record Encoded(NDArray centred, NDArray rectified) {}

    /** Sets the decoder bias to the geometric median of the first batch's targets. */
    void begin(Batch batch) {
        NDArray median = GeometricMedian.of(batch.targets()); // (Dout)
        Parameter.write(weights.decoderBias().value(), median.toFloatArray());
    }

    Encoded encode(Batch batch) {
        NDArray centred = weights.centred(batch.inputs()); // (B, D)
        NDArray products = weights.products(centred, encoderBias.value()); // (B, F)
        return new Encoded(centred, Activation.relu(products));
    }

    /** Keeps the largest latents of a whole batch, and learns from which these are. */
    BatchSelection selectInBatch(Encoded encoded, Batch batch, StepContext context) {
        BatchSelection selection = BatchSelection.of(encoded.rectified(), k(context));
        if (threshold.learnsAt(context.step())) {
            threshold.learn(context.step(), selection.smallest());
        }
        dead.count(selection.active(), batch.rows());
        return selection;
    }

    /**
     * Returns a step's outcome.
     *
     * @param latents f (B, F)
     * @param error x^ - y of all latents (B, Dout)
     * @param reconstruction what the reconstruction terms lead to
     */
    Outcome outcome(
            Encoded encoded,
            NDArray latents,
            NDArray error,
            ReconstructionGradients reconstruction,
            StepContext context) {
        NDArray productGradient = reconstruction.latentGradient().muli(latents.sign()); // (B, F)
        NDArray decoderGradient = reconstruction.decoderGradient(); // (F, Dout)
        Optional<AuxiliaryLoss.Attempt> attempt =
                auxiliary.attempt(encoded.rectified(), error, dead);
        attempt.ifPresent(
                it -> {
                    productGradient.addi(
                            weights.latentGradient(it.outputGradient()).muli(it.latents().sign()));
                    decoderGradient.addi(
                            AffineWeights.decoderGradient(it.latents(), it.outputGradient()));
                });
        Gradients gradients =
                new Gradients()
                        .with(weights.decoderWeight(), decoderGradient)
                        .with(encoderBias, productGradient.sum(new int[] {0}));
        weights.addGradients(
                gradients, encoded.centred(), productGradient, reconstruction.outputGradient());
        return new Outcome(losses(latents, reconstruction, attempt, context), gradients);
    }

    /**
     * What the reconstruction terms of a loss lead to.
     *
     * @param loss the terms' sum, (); on the batch's device
     * @param outputGradient their gradients at x^, added up (B, Dout)
     * @param latentGradient their gradient at f (B, F)
     * @param decoderGradient their gradient at W_d (F, Dout)
     */
    record ReconstructionGradients(
            NDArray loss,
            NDArray outputGradient,
            NDArray latentGradient,
            NDArray decoderGradient) {}

    /** Returns what 1 / B sum e^2 leads to, with e (B, Dout) the error of latents f (B, F). */
    ReconstructionGradients reconstruction(NDArray latents, NDArray error) {
        long rows = error.getShape().get(0);
        NDArray outputGradient = error.mul(2f / rows); // (B, Dout)
        return new ReconstructionGradients(
                error.square().sum().divi(rows), // ()
                outputGradient,
                weights.latentGradient(outputGradient), // (B, F)
                AffineWeights.decoderGradient(latents, outputGradient)); // (F, Dout)
    }

    /** Dead are latents that take part in the auxiliary loss. */
    private Losses losses(
            NDArray latents,
            ReconstructionGradients reconstruction,
            Optional<AuxiliaryLoss.Attempt> attempt,
            StepContext context) {
        return context.report()
                ? new Losses(
                        reconstruction.loss().getFloat(),
                        attempt.map(it -> it.loss().getFloat()).orElse(0f),
                        ReluStep.sum(latents.sign()) / latents.getShape().get(0),
                        dead.count())
                : Losses.UNKNOWN;
    }

    AffineWeights weights() {
        return weights;
    }

    Parameter encoderBias() {
        return encoderBias;
    }

    AuxiliaryLoss auxiliary() {
        return auxiliary;
    }

    DeadLatents dead() {
        return dead;
    }

    LearnedThreshold threshold() {
        return threshold;
    }

    int k(StepContext context) {
        return annealedK.at(context.step());
    }

    /** Returns how a dictionary chooses active latents: by k, or by the threshold. */
    ActiveLatents activeLatents(boolean useThreshold, List<Integer> groupSizes) {
        return new ActiveLatents(selection.k(), threshold.value(), useThreshold, groupSizes);
    }

    /** Returns all of it, as the state of a recipe. */
    RecipeState with(Architecture architecture, Supplier<ActiveLatents> activeLatents) {
        return new RecipeState(
                weights,
                List.of(encoderBias),
                List.of(dead, threshold),
                new Form(
                        architecture,
                        Form.named(encoderBias),
                        () -> Optional.of(activeLatents.get())));
    }
}
