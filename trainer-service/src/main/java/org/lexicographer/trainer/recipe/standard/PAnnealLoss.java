package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.trainer.recipe.anneal.AnnealedNorm;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Masks;
import org.lexicographer.trainer.recipe.loss.ReluStep;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;
import org.lexicographer.trainer.recipe.loss.TrainingMethod.Rounding;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Gradients;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * p-annealing (Karvonen et al., <a href="https://arxiv.org/abs/2408.00113">Measuring Progress in
 * Dictionary Learning for Language Model Interpretability with Board Game Models</a>, 2024, section
 * 3.2), and dictionary_learning 0.1's PAnnealTrainer: the standard recipe with a penalty of p-th
 * powers whose p falls.
 *
 * <pre>
 *   f = ReLU(W_e (x - b) + b_e),  x^ = W_d f + b,  e = x^ - y
 *   loss = 1 / B sum e^2 + s(t) alpha R_p(f)                  R, p, alpha: {@link AnnealedNorm}
 *
 *   dL/dz = 1[f > 0] (W_d' dL/dx^ + s(t) alpha dR/df)
 * </pre>
 *
 * Columns of W_d have norm 1. Resampling is that of the standard recipe; in dictionary_learning it
 * is written to copies and changes no weight.
 */
public final class PAnnealLoss extends ReluFamilyLoss {

    private final AnnealedNorm norm;

    private PAnnealLoss(PAnnealRecipeSpec spec, StandardState state, AnnealedNorm norm) {
        super(spec, state, List.of(norm));
        this.norm = norm;
    }

    /** Returns how p-annealing recipes are trained. */
    public static TrainingMethod method(PAnnealRecipeSpec spec) {
        return new TrainingMethod(
                InitialWeights::draw,
                (manager, weights) ->
                        new PAnnealLoss(
                                spec,
                                StandardState.of(manager, weights),
                                new AnnealedNorm(
                                        spec.anneal(),
                                        spec.sparsityPenalty(),
                                        spec.basics().compatibility())),
                new Update(DecoderNorm.UNIT, AdamStep.USUAL_BETA1, spec.basics().maxGradientNorm()),
                Rounding.DECIDES);
    }

    @Override
    public GradientFunction function() {
        return new PAnnealFunction(this, norm);
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        ReluStep step = ReluStep.of(weights, own.encoderBias().value(), batch);
        NDArray outputGradient = step.error().mul(2f / batch.rows()); // (B, Dout)
        NDArray penaltyGradient =
                norm.gradient(step.latents(), context.sparsityFactor() * norm.weight()); // (B, F)
        NDArray productGradient =
                Masks.keep(
                        step.active(),
                        weights.latentGradient(outputGradient).addi(penaltyGradient)); // (B, F)
        own.silent().count(step.latents());
        Losses losses =
                context.report()
                        ? step.losses(
                                batch, batch.rows(), norm.value(step.latents()), deadLatents())
                        : Losses.UNKNOWN;
        norm.step(step.latents(), context.step());
        Gradients gradients =
                new Gradients()
                        .with(
                                weights.decoderWeight(),
                                AffineWeights.decoderGradient(step.latents(), outputGradient))
                        .with(own.encoderBias(), productGradient.sum(new int[] {0}));
        weights.addGradients(gradients, step.centred(), productGradient, outputGradient);
        return new Outcome(losses, gradients);
    }

    @Override
    public Optional<EntryFormula> byEntries(Workers workers) {
        return Optional.of(new SparsePAnneal(this, norm));
    }

    /** Without resampling, latents count as dead that were silent in the last batch. */
    @Override
    int deadSteps() {
        return 0;
    }
}
