package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.active.LargestLatents.Scope;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;

/**
 * The top-k recipe (Gao et al., <a href="https://arxiv.org/abs/2406.04093">Scaling and evaluating
 * sparse autoencoders</a>, 2024, section 2.3 and appendix A), and dictionary_learning 0.1's
 * TopKTrainer.
 *
 * <pre>
 *   a = ReLU(W_e (x - [b]) + b_e),  f = the k largest of each row of a,  x^ = W_d f + b,  e = x^ - y
 *   loss = 1 / B sum e^2 + alpha AuxK                                   see {@link AuxiliaryLoss}
 *
 *   dL/dz = 1[f > 0] W_d' 2 / B e + 1[g > 0] W_d' dL/d(W_d g)
 * </pre>
 *
 * Columns of W_d have norm 1, gradients are cut to norm 1, b starts as the geometric median of the
 * first batch. A latent is dead when it has not been active for so many rows; in
 * dictionary_learning being among the k largest counts as active even at 0.
 */
public final class TopKLoss extends TopKFamilyLoss {

    private final Compatibility compatibility;

    private TopKLoss(TopKRecipeSpec spec, TopKState state) {
        super(state, Architecture.TOP_K, () -> state.activeLatents(false, List.of()));
        this.compatibility = spec.basics().compatibility();
    }

    /** Returns how top-k recipes are trained. */
    public static TrainingMethod method(TopKRecipeSpec spec) {
        return TopKState.method(
                spec.basics(), spec.selection(), state -> new TopKLoss(spec, state));
    }

    @Override
    public GradientFunction function() {
        return TopKFunction.ofRows(own, compatibility == Compatibility.DICTIONARY_LEARNING);
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        TopKState.Encoded encoded = own.encode(batch);
        NDArray rectified = encoded.rectified(); // (B, F)
        NDList largest = rectified.topK(own.k(context), 1, true, false);
        NDArray values = largest.get(0); // (B, K)
        NDArray latents = rectified.zerosLike().scatter(largest.get(1), values, 1); // (B, F)
        if (own.threshold().learnsAt(context.step())) {
            own.threshold().learn(context.step(), meanSmallest(values));
        }
        own.dead().count(active(latents, largest.get(1)), batch.rows());
        NDArray error = own.weights().decode(latents).subi(batch.targets()); // (B, Dout)
        return own.outcome(encoded, latents, error, own.reconstruction(latents, error), context);
    }

    /** Returns the mean over the rows that have active latents of the smallest of them. */
    private static OptionalDouble meanSmallest(NDArray values) {
        int width = (int) values.getShape().get(1);
        float[] all = values.toFloatArray();
        double sum = 0;
        int rows = 0;
        for (int row = 0; row < all.length / width; row++) {
            float smallest = Float.POSITIVE_INFINITY;
            for (int k = row * width; k < (row + 1) * width; k++) {
                smallest = all[k] > 0 ? Math.min(smallest, all[k]) : smallest;
            }
            if (smallest < Float.POSITIVE_INFINITY) {
                sum += smallest;
                rows++;
            }
        }
        return rows == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / rows);
    }

    private boolean[] active(NDArray latents, NDArray chosen) {
        if (compatibility == Compatibility.PAPER) {
            return latents.max(new int[] {0}).gt(0).toBooleanArray();
        }
        boolean[] active = new boolean[(int) latents.getShape().get(1)];
        for (long latent : chosen.toLongArray()) {
            active[(int) latent] = true;
        }
        return active;
    }

    @Override
    public Optional<EntryFormula> byEntries(Workers workers) {
        boolean zeroCounts = compatibility == Compatibility.DICTIONARY_LEARNING;
        SparseTopK.Choice choice = SparseTopK.Choice.of(Scope.ROW, zeroCounts, own);
        return Optional.of(new SparseTopK(own, choice, workers));
    }
}
