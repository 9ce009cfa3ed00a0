package org.lexicographer.trainer.recipe.sparse;

/** The entries of a batch, latent by latent. */
sealed interface LatentEntries permits EntriesByLatent, EntriesInPlace {

    /** Returns how many entries the latents from one to before another one have. */
    long count(int from, int to);

    /** Returns how many of a latent's values are above 0, or are not a number. */
    int above(int latent);

    /** Returns a sum with a latent's numbers of one of the kinds added to it. */
    float addNumbers(int latent, int kind, float sum);
}
