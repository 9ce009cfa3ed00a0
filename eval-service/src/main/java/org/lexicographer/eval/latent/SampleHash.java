package org.lexicographer.eval.latent;

/**
 * A number that depends on seed, latent and context alone, and looks random: what has the smallest
 * ones is a sample without replacement that is the same however the contexts are divided into
 * parts.
 *
 * <p>Two rounds of SplitMix64's output function (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, 2014).
 */
final class SampleHash {

    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    private SampleHash() {}

    static long of(long seed, int latent, int context) {
        return mixed(mixed(seed + GOLDEN_RATIO * (latent + 1L)) + GOLDEN_RATIO * (context + 1L));
    }

    private static long mixed(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
