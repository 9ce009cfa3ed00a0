package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.objective.AnnealedNorm;
import org.lexicographer.trainer.recipe.objective.DeadLatents;
import org.lexicographer.trainer.recipe.objective.InitialWeights;
import org.lexicographer.trainer.recipe.objective.Objective;
import org.lexicographer.trainer.recipe.objective.Start;
import org.lexicographer.trainer.recipe.objective.TrainingMethod;
import org.lexicographer.trainer.recipe.objective.TrainingMethod.Rounding;
import org.lexicographer.trainer.recipe.objective.TrainingMethod.Sparsity;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Parameter;
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
public final class GatedObjective implements Objective {

    /** Adam's share of the running mean of gradients: none is kept, as in the paper. */
    private static final double BETA1 = 0;

    private final GatedWeights weights;
    private final GatePenalty penalty;
    private int silentLatents;

    private GatedObjective(GatedWeights weights, GatePenalty penalty) {
        this.weights = weights;
        this.penalty = penalty;
    }

    /** Returns how gated recipes with an L1 penalty are trained. */
    public static TrainingMethod method(GatedRecipeSpec spec) {
        return method(
                spec.basics(),
                (manager, weights) ->
                        new GatedObjective(
                                GatedWeights.of(manager, Start.tied(spec.basics(), weights)),
                                new GatePenalty.L1(spec.sparsityPenalty())),
                Rounding.STAYS_SMALL);
    }

    /** Returns how gated recipes with a norm whose p falls are trained. */
    public static TrainingMethod method(GatedAnnealRecipeSpec spec) {
        return method(
                spec.basics(),
                (manager, weights) ->
                        new GatedObjective(
                                GatedWeights.of(manager, Start.tied(spec.basics(), weights)),
                                new GatePenalty.Annealed(
                                        new AnnealedNorm(
                                                spec.anneal(),
                                                spec.sparsityPenalty(),
                                                spec.basics().compatibility()))),
                Rounding.DECIDES);
    }

    private static TrainingMethod method(
            RecipeBasics basics, TrainingMethod.Loss loss, Rounding rounding) {
        return new TrainingMethod(
                InitialWeights::drawUnit,
                loss,
                new Update(DecoderNorm.UNIT, BETA1, basics.maxGradientNorm()),
                Sparsity.LEARNED,
                rounding);
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

    private Losses losses(Batch batch, GatedWeights.Forward forward, StepContext context) {
        if (!context.report()) {
            return Losses.UNKNOWN;
        }
        silentLatents = DeadLatents.silent(forward.latents());
        return new Losses(
                forward.squaredError(batch), penalty.value(forward.gates()), forward.l0(batch));
    }

    @Override
    public List<Parameter> parameters() {
        return weights.parameters();
    }

    @Override
    public Parameter decoderWeight() {
        return weights.affine().decoderWeight();
    }

    /** Latents that were silent in the batch last reported on. */
    @Override
    public int deadLatents() {
        return silentLatents;
    }

    @Override
    public Dictionary dictionary(NDManager owner) {
        return weights.dictionary(owner);
    }

    @Override
    public void saveState(SafetensorsWriter writer, String prefix) {
        penalty.save(writer, prefix);
    }

    @Override
    public void restoreState(TensorSource tensors, String prefix) {
        penalty.restore(tensors, prefix);
    }
}
