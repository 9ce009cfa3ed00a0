package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.objective.Objective;
import org.lexicographer.trainer.recipe.objective.SparseSteps;
import org.lexicographer.trainer.recipe.sparse.LargestLatents.Scope;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * The batch-top-k recipe (Bussmann et al., <a href="https://arxiv.org/abs/2412.06410">BatchTopK
 * Sparse Autoencoders</a>, 2024, section 3), and dictionary_learning 0.1's BatchTopKTrainer.
 *
 * <pre>
 *   a = ReLU(W_e (x - [b]) + b_e),  f = the k B largest of all of a,  x^ = W_d f + b,  e = x^ - y
 *   loss = 1 / B sum e^2 + alpha AuxK                                   see {@link AuxiliaryLoss}
 * </pre>
 *
 * Gradients are those of {@link TopKObjective}. The threshold is learned from the smallest active
 * latent of each batch; the dictionary decides by it, so that rows do not depend on each other.
 */
public final class BatchTopKObjective implements Objective {

    private final TopKState state;

    public BatchTopKObjective(TopKState state) {
        this.state = state;
    }

    @Override
    public void begin(Batch batch) {
        state.begin(batch);
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        TopKState.Encoded encoded = state.encode(batch);
        BatchSelection selection = BatchSelection.of(encoded.rectified(), state.k(context));
        if (state.threshold().learnsAt(context.step())) {
            state.threshold().learn(context.step(), selection.smallest());
        }
        state.dead().count(selection.active(), batch.rows());
        NDArray latents = selection.latents(); // (B, F)
        NDArray error = state.weights().decode(latents).subi(batch.targets()); // (B, Dout)
        return state.outcome(encoded, latents, error, state.path(latents, error), context);
    }

    @Override
    public Optional<SparseSteps> sparse(SparsePlan plan, Update update) {
        SparseTopK.Choice choice = SparseTopK.Choice.of(Scope.BATCH, false, state);
        return Optional.of(new SparseTopK(state, choice, plan, update));
    }

    @Override
    public List<Parameter> parameters() {
        return state.parameters();
    }

    @Override
    public Parameter decoderWeight() {
        return state.weights().decoderWeight();
    }

    /** Latents that take part in the auxiliary loss. */
    @Override
    public int deadLatents() {
        return state.dead().count();
    }

    @Override
    public Dictionary dictionary(NDManager owner) {
        return state.dictionary(
                owner, Architecture.BATCH_TOP_K, state.activeLatents(true, List.of()));
    }

    @Override
    public void saveState(SafetensorsWriter writer, String prefix) {
        state.save(writer, prefix);
    }

    @Override
    public void restoreState(TensorSource tensors, String prefix) {
        state.restore(tensors, prefix);
    }
}
