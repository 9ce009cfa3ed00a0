package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;

/**
 * One batch through a ReLU encoder and back: f = ReLU(W_e (x - [b]) + b_e), x^ = W_d f + b, e = x^
 * - y.
 *
 * @param centred x - [b] (B, D)
 * @param preActivations z (B, F)
 * @param latents f (B, F)
 * @param active 1[f > 0] (B, F)
 * @param error e (B, Dout)
 */
public record ReluStep(
        NDArray centred, NDArray preActivations, NDArray latents, NDArray active, NDArray error) {

    public static ReluStep of(AffineWeights weights, NDArray encoderBias, Batch batch) {
        NDArray centred = weights.centred(batch.inputs()); // (B, D)
        NDArray preActivations = weights.products(centred, encoderBias); // (B, F)
        NDArray latents = Activation.relu(preActivations); // (B, F)
        NDArray error = weights.decode(latents).subi(batch.targets()); // (B, Dout)
        return new ReluStep(centred, preActivations, latents, latents.sign(), error);
    }

    /** Returns the error's squares, summed, divided by {@code count}. */
    double squaredError(double count) {
        return sum(error.square()) / count;
    }

    /** Returns the mean number of active latents per row. */
    double l0(Batch batch) {
        return sum(active) / batch.rows();
    }

    /**
     * Returns what was seen, where it is wanted.
     *
     * @param count by what the squared errors are divided
     * @param sparsity the sparsity term
     * @param deadLatents how many latents count as dead
     */
    public Losses losses(Batch batch, double count, double sparsity, int deadLatents) {
        return new Losses(squaredError(count), sparsity, l0(batch), deadLatents);
    }

    public static double sum(NDArray values) {
        try (NDArray sum = values.sum()) { // ()
            return sum.getFloat();
        }
    }
}
