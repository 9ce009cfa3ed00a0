package org.lexicographer.pipeline.run;

/**
 * When a dictionary's loss counts as exploded, so that its training stops. A loss that is not a
 * number stops it in any case.
 *
 * <p>Losses are compared relative to their batch: the reconstruction loss divided by the mean
 * squared norm of what is reconstructed, so that a batch with a few very large activations is no
 * explosion.
 *
 * @param lossMultiple how many times its first value, that of the untrained dictionary, the
 *     relative loss may reach; wide enough for decoder columns that are scaled to norm 1 by the
 *     first step, which alone can raise the loss tenfold
 * @param steps for how many steps in a row it must be above that
 */
public record DivergencePolicy(double lossMultiple, int steps) {

    /** What applies where a run spec says nothing. */
    public static final DivergencePolicy DEFAULT = new DivergencePolicy(100, 50);
}
