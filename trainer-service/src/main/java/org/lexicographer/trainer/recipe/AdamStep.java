package org.lexicographer.trainer.recipe;

/**
 * The numbers of one Adam update (Kingma and Ba, 2015, algorithm 1), worked out as PyTorch does:
 * moments are m = 0.9 m + 0.1 g and v = 0.999 v + 0.001 g^2, and the weights move by {@code
 * stepSize} * m / (sqrt(v) / {@code rootCorrection} + 1e-8).
 *
 * @param stepSize learning rate / (1 - 0.9^t) for the t-th update, t from 1
 * @param rootCorrection sqrt(1 - 0.999^t)
 */
record AdamStep(float stepSize, float rootCorrection) {

    static final float BETA1 = 0.9f;
    static final float BETA2 = 0.999f;
    static final float EPSILON = 1e-8f;

    // PyTorch works these out in double precision before rounding.
    static final float ONE_MINUS_BETA1 = (float) (1 - 0.9);
    static final float ONE_MINUS_BETA2 = (float) (1 - 0.999);

    static AdamStep of(double learningRate, long update) {
        double stepSize = learningRate / (1 - Math.pow(0.9, update));
        double rootCorrection = Math.sqrt(1 - Math.pow(0.999, update));
        return new AdamStep((float) stepSize, (float) rootCorrection);
    }
}
