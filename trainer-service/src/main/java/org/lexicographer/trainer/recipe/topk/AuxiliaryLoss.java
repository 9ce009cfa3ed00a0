package org.lexicographer.trainer.recipe.topk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.DeadLatents;
import org.lexicographer.trainer.recipe.loss.Masks;

/**
 * AuxK, the loss that revives dead latents (Gao et al., <a
 * href="https://arxiv.org/abs/2406.04093">Scaling and evaluating sparse autoencoders</a>, 2024,
 * appendix A.2): the dead latents that are largest in a row try to reconstruct the row's error.
 *
 * <pre>
 *   a = ReLU(z),  g = the k_aux largest dead latents of each row of a,  r = y - x^
 *   loss = alpha c 1 / B sum (W_d g - r)^2
 *     c = 1, or in dictionary_learning 1 / mean_b |r - mean r|^2, 0 where that is infinite or NaN
 *   dL/d(W_d g) = alpha c 2 / B (W_d g - r)                            r and c are constants
 * </pre>
 */
final class AuxiliaryLoss {

    private final TopKSelection.AuxiliaryLoss settings;
    private final Compatibility compatibility;
    private final AffineWeights weights;

    AuxiliaryLoss(TopKSelection selection, Compatibility compatibility, AffineWeights weights) {
        this.settings = selection.auxiliary();
        this.compatibility = compatibility;
        this.weights = weights;
    }

    /**
     * What the dead latents made of a batch.
     *
     * @param latents g (B, F)
     * @param outputGradient dL/d(W_d g) (B, Dout)
     * @param loss the loss before its weight alpha, (); on the batch's device
     */
    record Attempt(NDArray latents, NDArray outputGradient, NDArray loss) {}

    /**
     * Returns what the dead latents made of a batch; nothing where none is dead.
     *
     * @param rectified a (B, F)
     * @param error x^ - y (B, Dout)
     */
    Optional<Attempt> attempt(NDArray rectified, NDArray error, DeadLatents dead) {
        int count = dead.count();
        if (count == 0 || settings.weight() == 0) {
            return Optional.empty();
        }
        NDArray mask = rectified.getManager().create(dead.mask()); // (F)
        NDArray living = mask.neg().addi(1); // (F)
        NDArray candidates = rectified.mul(mask).subi(living); // (B, F), the living at -1
        NDList largest = candidates.topK(Math.min(latents(), count), 1, true, false);
        NDArray latents =
                rectified
                        .zerosLike()
                        .scatter(largest.get(1), largest.get(0), 1); // (B, F), none negative
        NDArray miss = weights.combine(latents).addi(error); // (B, Dout), W_d g - r
        double rows = error.getShape().get(0);
        NDArray factor = factor(error); // ()
        NDArray loss = miss.square().sum().divi(rows).muli(factor); // ()
        NDArray gradient = miss.muli((float) (settings.weight() * 2 / rows)).muli(factor);
        return Optional.of(new Attempt(latents, gradient, loss));
    }

    /** Returns alpha. */
    double weight() {
        return settings.weight();
    }

    Compatibility compatibility() {
        return compatibility;
    }

    /** Returns k_aux. */
    int latents() {
        return settings.latents() > 0 ? settings.latents() : Math.max(1, weights.inputDim() / 2);
    }

    private NDArray factor(NDArray error) {
        NDArray one = error.getManager().ones(new Shape()); // ()
        if (compatibility == Compatibility.PAPER) {
            return one;
        }
        NDArray centred = error.sub(error.mean(new int[] {0})); // (B, Dout)
        NDArray variance = centred.square().sum().divi(error.getShape().get(0)); // ()
        return Masks.keep(variance, one.divi(variance)); // ()
    }
}
