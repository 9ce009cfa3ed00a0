package org.lexicographer.eval.latent.effect;

import org.lexicographer.eval.latent.LatentRange;

/**
 * What a latent of value 1 adds to each token's logit on the straight way.
 *
 * @param up the tokens with the largest
 * @param down the tokens with the smallest
 * @param smallest of all tokens
 * @param largest of all tokens
 * @param histogram how many tokens' lie in each of {@link LatentRange#BINS} bins of equal width
 *     from the smallest to the largest
 */
public record LogitEffect(
        RankedTokens up, RankedTokens down, float smallest, float largest, int[] histogram) {

    /** Summarises the effects on {@code count} tokens, which begin at an index. */
    static LogitEffect of(float[] effects, int from, int count) {
        RankedTokens up = RankedTokens.largest(effects, from, count);
        RankedTokens down = RankedTokens.smallest(effects, from, count);
        LatentRange range = new LatentRange(down.values()[0], up.values()[0]);
        int[] histogram = new int[LatentRange.BINS];
        for (int token = 0; token < count; token++) {
            histogram[range.bin(effects[from + token])]++;
        }
        return new LogitEffect(up, down, range.smallest(), range.largest(), histogram);
    }
}
