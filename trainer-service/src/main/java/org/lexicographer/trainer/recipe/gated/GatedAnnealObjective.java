package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.objective.AnnealedNorm;
import org.lexicographer.trainer.recipe.objective.DeadLatents;
import org.lexicographer.trainer.recipe.objective.Objective;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * The gated recipe with p-annealing, dictionary_learning 0.1's GatedAnnealTrainer (Karvonen et al.,
 * <a href="https://arxiv.org/abs/2408.00113">Measuring Progress in Dictionary Learning for Language
 * Model Interpretability with Board Game Models</a>, 2024, section 3.2): the loss and gradients of
 * {@link GatedWeights} with P(h) = R_p(h) of {@link AnnealedNorm}.
 */
public final class GatedAnnealObjective implements Objective {

    private final GatedWeights weights;
    private final AnnealedNorm norm;
    private int silentLatents;

    public GatedAnnealObjective(GatedAnnealRecipeSpec spec, GatedWeights weights) {
        this.weights = weights;
        this.norm =
                new AnnealedNorm(
                        spec.anneal(), spec.sparsityPenalty(), spec.basics().compatibility());
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        GatedWeights.Forward forward = weights.forward(batch);
        NDArray penaltyGradient =
                norm.gradient(forward.gates(), context.sparsityFactor() * norm.weight()); // (B, F)
        Losses losses = losses(batch, forward, context);
        norm.step(forward.gates(), context.step());
        return new Outcome(losses, weights.backward(batch, forward, penaltyGradient));
    }

    private Losses losses(Batch batch, GatedWeights.Forward forward, StepContext context) {
        if (!context.report()) {
            return Losses.UNKNOWN;
        }
        silentLatents = DeadLatents.silent(forward.latents());
        return new Losses(
                forward.squaredError(batch), norm.value(forward.gates()), forward.l0(batch));
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
        norm.save(writer, prefix);
    }

    @Override
    public void restoreState(TensorSource tensors, String prefix) {
        norm.restore(tensors, prefix);
    }
}
