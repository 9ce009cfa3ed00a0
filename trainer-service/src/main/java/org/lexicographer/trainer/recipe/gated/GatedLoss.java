package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.trainer.recipe.anneal.AnnealedNorm;
import org.lexicographer.trainer.recipe.loss.DeadLatents;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.Start;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;
import org.lexicographer.trainer.recipe.loss.TrainingMethod.Rounding;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * The gated recipes: the loss and gradients of {@link GatedWeights} with two penalties P.
 *
 * <ul>
 *   <li>The mean L1 norm (Rajamanoharan et al., <a
 *       href="https://arxiv.org/abs/2404.16014">Improving Dictionary Learning with Gated Sparse
 *       Autoencoders</a>, 2024, equation 8), as dictionary_learning 0.1's GatedSAETrainer.
 *   <li>A norm whose p falls (Karvonen et al., <a href="https://arxiv.org/abs/2408.00113">Measuring
 *       Progress in Dictionary Learning for Language Model Interpretability with Board Game
 *       Models</a>, 2024, section 3.2), as dictionary_learning 0.1's GatedAnnealTrainer; see {@link
 *       AnnealedNorm}.
 * </ul>
 */
public final class GatedLoss implements Loss {

    /** Adam's share of the running mean of gradients: none is kept, as in the paper. */
    private static final double BETA1 = 0;

    private final GatedWeights weights;
    private final GatePenalty penalty;
    private final RecipeState state;

    private GatedLoss(GatedWeights weights, GatePenalty penalty) {
        this.weights = weights;
        this.penalty = penalty;
        this.state = weights.state(penalty.counters());
    }

    /** Returns how gated recipes with an L1 penalty are trained. */
    public static TrainingMethod method(GatedRecipeSpec spec) {
        return method(
                spec.basics(),
                (manager, weights) ->
                        new GatedLoss(
                                GatedWeights.of(manager, Start.tied(spec.basics(), weights)),
                                new GatePenalty.L1(spec.sparsityPenalty())),
                Rounding.STAYS_SMALL);
    }

    /** Returns how gated recipes with a norm whose p falls are trained. */
    public static TrainingMethod method(GatedAnnealRecipeSpec spec) {
        return method(
                spec.basics(),
                (manager, weights) ->
                        new GatedLoss(
                                GatedWeights.of(manager, Start.tied(spec.basics(), weights)),
                                new GatePenalty.Annealed(
                                        new AnnealedNorm(
                                                spec.anneal(),
                                                spec.sparsityPenalty(),
                                                spec.basics().compatibility()))),
                Rounding.DECIDES);
    }

    private static TrainingMethod method(
            RecipeBasics basics, TrainingMethod.LossStart loss, Rounding rounding) {
        return new TrainingMethod(
                InitialWeights::drawUnit,
                loss,
                new Update(DecoderNorm.UNIT, BETA1, basics.maxGradientNorm()),
                rounding);
    }

    @Override
    public GradientFunction function() {
        return new GatedFunction(penalty);
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        GatedWeights.Forward forward = weights.forward(batch);
        NDArray penaltyGradient =
                penalty.gradient(forward.gates(), context.sparsityFactor()); // (B, F)
        Losses losses = losses(batch, forward, context);
        penalty.step(forward.gates(), context.step());
        return new Outcome(losses, weights.backward(batch, forward, penaltyGradient));
    }

    @Override
    public Optional<EntryFormula> byEntries(Workers workers) {
        return Optional.of(new SparseGated(weights, penalty));
    }

    /** Dead are latents that are silent in this batch. */
    private Losses losses(Batch batch, GatedWeights.Forward forward, StepContext context) {
        return context.report()
                ? new Losses(
                        forward.squaredError(batch),
                        penalty.value(forward.gates()),
                        forward.l0(batch),
                        DeadLatents.silent(forward.latents()))
                : Losses.UNKNOWN;
    }

    @Override
    public RecipeState state() {
        return state;
    }
}
