package org.lexicographer.eval.latent;

import java.util.BitSet;

/**
 * Of each latent, contexts in which it is silent: those with the smallest {@link SampleHash}. The
 * result is the same whatever the parts, and their order.
 */
public final class SilentContexts {

    /** How many contexts are kept of a latent. */
    public static final int KEPT = 50;

    private final int dictionarySize;
    private final long seed;
    private final SmallestHashes kept; // (F)

    /**
     * Starts with no contexts.
     *
     * @param dictionarySize the number of latents, F
     * @param seed what the sample depends on, beside latent and context
     */
    public SilentContexts(int dictionarySize, long seed) {
        this.dictionarySize = dictionarySize;
        this.seed = seed;
        this.kept = new SmallestHashes(dictionarySize, KEPT);
    }

    /**
     * Adds the contexts of a part, {@code first} to before {@code end}.
     *
     * @param activity in which of them latents are active
     */
    public void add(ActivityLog activity, int first, int end) {
        BitSet active = new BitSet();
        int pair = 0;
        for (int context = first; context < end; context++) {
            active.clear();
            for (; pair < activity.size() && activity.context(pair) == context; pair++) {
                active.set(activity.latent(pair));
            }
            addSilent(active, context);
        }
    }

    private void addSilent(BitSet active, int context) {
        for (int latent = active.nextClearBit(0);
                latent < dictionarySize;
                latent = active.nextClearBit(latent + 1)) {
            kept.offer(latent, SampleHash.of(seed, latent, context), context);
        }
    }

    /** Returns contexts in which a latent is silent, in the order of their hashes. */
    public int[] of(int latent) {
        int[] found = new int[kept.size(latent)];
        for (int rank = 0; rank < found.length; rank++) {
            found[rank] = kept.context(latent, rank);
        }
        return found;
    }
}
