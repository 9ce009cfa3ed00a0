package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.DeadLatents;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
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
 * Anthropic's recipe of April 2024 (Conerly et al., <a
 * href="https://transformer-circuits.pub/2024/april-update/index.html#training-saes">Update on how
 * we train SAEs</a>), and dictionary_learning 0.1's StandardTrainerAprilUpdate. Decoder columns w_i
 * are free, and the penalty weighs latents by their norms.
 *
 * <pre>
 *   f = ReLU(W_e (x - [b]) + b_e),  x^ = W_d f + b,  e = x^ - y
 *   loss = 1 / B sum e^2 + s(t) lambda / B sum_i f_i |w_i|
 *
 *   dL/df_i = w_i' dL/dx^ + s(t) lambda / B |w_i|
 *   dL/dw_i = sum f_i dL/dx^ + s(t) lambda / B sum f_i w_i / |w_i|
 * </pre>
 *
 * The paper does not subtract b from the input and starts from b_e = 0; dictionary_learning
 * subtracts it and draws b_e. In dictionary_learning's terms, AutoEncoderNew and AutoEncoder.
 */
public final class StandardAprilLoss implements Loss {

    private final StandardAprilRecipeSpec spec;
    private final AffineWeights weights;
    private final Parameter encoderBias;
    private final RecipeState state;

    private StandardAprilLoss(NDManager manager, StandardAprilRecipeSpec spec, Start start) {
        this.spec = spec;
        this.weights = AffineWeights.of(manager, start);
        this.encoderBias = weights.perLatent(manager, "encoderBias", start.weights().encoderBias());
        this.state =
                new RecipeState(
                        weights,
                        List.of(encoderBias),
                        List.of(),
                        Form.of(Architecture.STANDARD, encoderBias));
    }

    /** Returns how recipes of April 2024 are trained. */
    public static TrainingMethod method(StandardAprilRecipeSpec spec) {
        boolean followsTool = spec.basics().compatibility() == Compatibility.DICTIONARY_LEARNING;
        return new TrainingMethod(
                followsTool ? InitialWeights::draw : InitialWeights::drawSmall,
                (manager, weights) ->
                        new StandardAprilLoss(
                                manager,
                                spec,
                                new Start(weights, followsTool && weights.haveSameWidths())),
                new Update(DecoderNorm.FREE, AdamStep.USUAL_BETA1, spec.basics().maxGradientNorm()),
                Rounding.STAYS_SMALL);
    }

    @Override
    public GradientFunction function() {
        return new StandardAprilFunction(spec.sparsityPenalty());
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        ReluStep step = ReluStep.of(weights, encoderBias.value(), batch);
        double penaltyWeight = context.sparsityFactor() * spec.sparsityPenalty() / batch.rows();
        NDArray decoder = weights.decoderWeight().value(); // (F, Dout)
        NDArray norms = decoder.square().sum(new int[] {1}, true).sqrt(); // (F, 1)
        NDArray flatNorms = norms.reshape(weights.dictionarySize()); // (F)
        NDArray outputGradient = step.error().mul(2f / batch.rows()); // (B, Dout)
        NDArray productGradient =
                weights.latentGradient(outputGradient)
                        .addi(flatNorms.mul((float) penaltyWeight))
                        .muli(step.active()); // (B, F)
        NDArray sums = step.latents().sum(new int[] {0}); // (F)
        NDArray shares =
                sums.mul((float) penaltyWeight).reshape(weights.dictionarySize(), 1); // (F, 1)
        NDArray decoderGradient =
                AffineWeights.decoderGradient(step.latents(), outputGradient)
                        .addi(decoder.div(norms).muli(shares)); // (F, Dout)
        Gradients gradients =
                new Gradients()
                        .with(weights.decoderWeight(), decoderGradient)
                        .with(encoderBias, productGradient.sum(new int[] {0}));
        weights.addGradients(gradients, step.centred(), productGradient, outputGradient);
        return new Outcome(losses(step, batch, sums.mul(flatNorms), context), gradients);
    }

    /** Dead are latents that are silent in this batch. */
    private static Losses losses(
            ReluStep step, Batch batch, NDArray weighted, StepContext context) {
        return context.report()
                ? step.losses(
                        batch,
                        batch.rows(),
                        ReluStep.sum(weighted) / batch.rows(),
                        DeadLatents.silent(step.latents()))
                : Losses.UNKNOWN;
    }

    @Override
    public Optional<EntryFormula> byEntries(Workers workers) {
        SparseApril formula =
                new SparseApril(spec.sparsityPenalty(), encoderBias, weights.decoderWeight());
        return Optional.of(formula);
    }

    @Override
    public RecipeState state() {
        return state;
    }
}
