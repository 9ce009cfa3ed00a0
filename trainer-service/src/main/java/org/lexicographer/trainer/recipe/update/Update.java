package org.lexicographer.trainer.recipe.update;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.trainer.recipe.update.Gradients.Gradient;

/**
 * How weights follow their gradients: the part of the decoder's gradient that is parallel to its
 * columns is taken out where these have norm 1, all gradients together are cut down to a norm, Adam
 * moves the weights, and the decoder's columns are scaled back to norm 1.
 *
 * @param decoderNorm what is asked of the decoder's columns
 * @param beta1 Adam's share of the running mean of gradients that is kept
 * @param maxGradientNorm the norm that gradients are cut down to, by PyTorch's clip_grad_norm_; 0
 *     means never
 */
public record Update(DecoderNorm decoderNorm, double beta1, double maxGradientNorm) {

    /** What PyTorch adds to the norm before dividing by it. */
    private static final float CLIP_GUARD = 1e-6f;

    /**
     * Takes one step and uses the gradients up.
     *
     * @param decoder the decoder weight (F, Dout), one of the parameters
     * @param learningRate the step size, schedule included
     * @param update the update's number, from 1
     */
    public void apply(Gradients gradients, Parameter decoder, double learningRate, long update) {
        gradients.all().stream()
                .filter(it -> it.parameter() == decoder)
                .forEach(it -> decoderNorm.takeOutParallelPart(decoder.value(), it.gradient()));
        if (maxGradientNorm > 0) {
            clip(gradients);
        }
        AdamStep adam = AdamStep.of(learningRate, update, beta1);
        gradients.all().forEach(it -> DenseAdam.update(it.parameter(), it.gradient(), adam));
        decoderNorm.scale(decoder.value());
    }

    /**
     * Returns what gradients are multiplied by; NaN where one of them is NaN.
     *
     * @param squares the sum of the squares of all gradients
     */
    public float clipFactor(double squares) {
        float norm = (float) Math.sqrt(squares) + CLIP_GUARD;
        return Math.min((float) maxGradientNorm / norm, 1);
    }

    private void clip(Gradients gradients) {
        NDManager owner = gradients.all().getFirst().gradient().getManager();
        try (NDManager scope = owner.newSubManager()) {
            NDArray squares = scope.zeros(new Shape()); // ()
            for (Gradient gradient : gradients.all()) {
                try (NDArray square = gradient.gradient().square(); // like the parameter
                        NDArray sum = square.sum()) { // ()
                    squares.addi(sum);
                }
            }
            NDArray norm = squares.sqrt().addi(CLIP_GUARD); // ()
            NDArray factor = norm.onesLike().muli(maxGradientNorm).divi(norm); // ()
            NDArray atMostOne = factor.minimum(1); // ()
            gradients.all().forEach(gradient -> gradient.gradient().muli(atMostOne));
        }
    }
}
