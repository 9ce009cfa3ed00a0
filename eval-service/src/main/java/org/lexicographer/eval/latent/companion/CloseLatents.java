package org.lexicographer.eval.latent.companion;

/**
 * Latents that are close to one latent, the closest first; of equally close ones the smaller number
 * comes first.
 *
 * @param latents which they are
 * @param values how close they are
 */
public record CloseLatents(int[] latents, double[] values) {

    /** How many there are at most. */
    public static final int MOST = 10;

    /** None at all. */
    public static final CloseLatents NONE = new CloseLatents(new int[0], new double[0]);
}
