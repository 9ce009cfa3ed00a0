package org.lexicographer.benchmark.work;

/**
 * The sizes of a training step.
 *
 * @param batchSize rows of a batch, B
 * @param activationDim the width of a row, D
 * @param dictionarySize the number of latents, F
 * @param active how many latents of a row are active, L0: k of the top-k family; of the others
 *     roughly, through an encoder bias that all latents start with; {@link #AS_TRAINING_STARTS} for
 *     half of them
 */
public record StepSize(int batchSize, int activationDim, int dictionarySize, int active) {

    /** No latent is held back: as training starts, with half of all latents. */
    public static final int AS_TRAINING_STARTS = 0;

    /** Returns the step with another number of active latents. */
    public StepSize withActive(int other) {
        return new StepSize(batchSize, activationDim, dictionarySize, other);
    }

    /** Returns the step on rows of another width. */
    public StepSize withWidth(int other) {
        return new StepSize(batchSize, other, dictionarySize, active);
    }

    /** Returns how the size is called in tables. */
    public String title() {
        return "B=%d, D=%d, F=%d, %s"
                .formatted(
                        batchSize,
                        activationDim,
                        dictionarySize,
                        active == AS_TRAINING_STARTS ? "as training starts" : "L0=" + active);
    }
}
