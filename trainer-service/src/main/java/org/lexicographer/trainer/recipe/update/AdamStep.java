package org.lexicographer.trainer.recipe.update;

/**
 * The numbers of one Adam update (Kingma and Ba, 2015, algorithm 1), worked out as PyTorch does:
 * moments are m = {@code beta1} m + {@code oneMinusBeta1} g and v = 0.999 v + 0.001 g^2, and the
 * weights move by {@code stepSize} * m / (sqrt(v) / {@code rootCorrection} + 1e-8).
 *
 * @param stepSize learning rate / (1 - beta1^t) for the t-th update, t from 1
 * @param rootCorrection sqrt(1 - 0.999^t)
 * @param beta1 the share of the running mean of gradients that is kept
 * @param oneMinusBeta1 the share of the new gradient
 */
public record AdamStep(float stepSize, float rootCorrection, float beta1, float oneMinusBeta1) {

    /** The usual share of the running mean of gradients that is kept. */
    public static final double USUAL_BETA1 = 0.9;

    /** The share of the running mean of squared gradients that is kept. */
    public static final float BETA2 = 0.999f;

    /** What is added to the root before it divides. */
    public static final float EPSILON = 1e-8f;

    // PyTorch works these out in double precision before rounding.
    /** The share of the new squared gradient. */
    public static final float ONE_MINUS_BETA2 = (float) (1 - 0.999);

    /** Returns the numbers of the t-th update, t from 1, with the usual {@code beta1}. */
    public static AdamStep of(double learningRate, long update) {
        return of(learningRate, update, USUAL_BETA1);
    }

    /** Returns the numbers of the t-th update, t from 1. */
    public static AdamStep of(double learningRate, long update, double beta1) {
        double stepSize = learningRate / (1 - Math.pow(beta1, update));
        double rootCorrection = Math.sqrt(1 - Math.pow(0.999, update));
        return new AdamStep(
                (float) stepSize, (float) rootCorrection, (float) beta1, (float) (1 - beta1));
    }
}
