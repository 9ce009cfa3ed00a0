package org.lexicographer.pipeline;

/**
 * When a dictionary's loss counts as exploded, so that its training stops. A loss that is not a
 * number stops it in any case.
 *
 * <p>Losses are compared relative to their batch: the reconstruction loss divided by the mean
 * squared norm of what is reconstructed, so that a batch with a few very large activations is no
 * explosion.
 *
 * @param lossMultiple how many times its first reported value the relative loss may reach; the
 *     first one is that of a dictionary that has hardly begun, about what predicting zero gives
 * @param steps for how many steps in a row it must be above that
 */
public record DivergencePolicy(double lossMultiple, int steps) {

    /** What applies where a run spec says nothing. */
    public static final DivergencePolicy DEFAULT = new DivergencePolicy(10, 50);
}
