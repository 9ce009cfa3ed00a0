package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.trainer.recipe.objective.DeadLatents;
import org.lexicographer.trainer.recipe.objective.Objective;
import org.lexicographer.trainer.recipe.objective.ReluStep;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * The gated recipe (Rajamanoharan et al., <a href="https://arxiv.org/abs/2404.16014">Improving
 * Dictionary Learning with Gated Sparse Autoencoders</a>, 2024, equation 8), and
 * dictionary_learning 0.1's GatedSAETrainer: the loss and gradients of {@link GatedWeights} with
 * the gate's mean L1 norm as penalty, P(h) = 1 / B sum h.
 */
public final class GatedObjective implements Objective {

    private final GatedRecipeSpec spec;
    private final GatedWeights weights;
    private int silentLatents;

    public GatedObjective(GatedRecipeSpec spec, GatedWeights weights) {
        this.spec = spec;
        this.weights = weights;
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        GatedWeights.Forward forward = weights.forward(batch);
        double penaltyWeight = context.sparsityFactor() * spec.sparsityPenalty() / batch.rows();
        NDArray penaltyGradient = forward.gates().sign().muli((float) penaltyWeight); // (B, F)
        return new Outcome(
                losses(batch, forward, context), weights.backward(batch, forward, penaltyGradient));
    }

    private Losses losses(Batch batch, GatedWeights.Forward forward, StepContext context) {
        if (!context.report()) {
            return Losses.UNKNOWN;
        }
        silentLatents = DeadLatents.silent(forward.latents());
        return new Losses(
                forward.squaredError(batch),
                ReluStep.sum(forward.gates()) / batch.rows(),
                forward.l0(batch));
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
}
