package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.trainer.recipe.active.LargestLatents.Scope;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;

/**
 * The batch-top-k recipe (Bussmann et al., <a href="https://arxiv.org/abs/2412.06410">BatchTopK
 * Sparse Autoencoders</a>, 2024, section 3), and dictionary_learning 0.1's BatchTopKTrainer.
 *
 * <pre>
 *   a = ReLU(W_e (x - [b]) + b_e),  f = the k B largest of all of a,  x^ = W_d f + b,  e = x^ - y
 *   loss = 1 / B sum e^2 + alpha AuxK                                   see {@link AuxiliaryLoss}
 * </pre>
 *
 * Gradients are those of {@link TopKLoss}. The threshold is learned from the smallest active latent
 * of each batch; the dictionary decides by it, so that rows do not depend on each other.
 */
public final class BatchTopKLoss extends TopKFamilyLoss {

    private BatchTopKLoss(TopKState state) {
        super(state, Architecture.BATCH_TOP_K, () -> state.activeLatents(true, List.of()));
    }

    /** Returns how batch-top-k recipes are trained. */
    public static TrainingMethod method(BatchTopKRecipeSpec spec) {
        return TopKState.method(spec.basics(), spec.selection(), BatchTopKLoss::new);
    }

    @Override
    public GradientFunction function() {
        return TopKFunction.ofBatch(own);
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        TopKState.Encoded encoded = own.encode(batch);
        BatchSelection selection = own.selectInBatch(encoded, batch, context);
        NDArray latents = selection.latents(); // (B, F)
        NDArray error = own.weights().decode(latents).subi(batch.targets()); // (B, Dout)
        return own.outcome(encoded, latents, error, own.reconstruction(latents, error), context);
    }

    @Override
    public Optional<EntryFormula> byEntries(Workers workers) {
        SparseTopK.Choice choice = SparseTopK.Choice.of(Scope.BATCH, false, own);
        return Optional.of(new SparseTopK(own, choice, workers));
    }
}
