package org.lexicographer.eval.latent;

/**
 * Of each of some groups, the contexts with the smallest hashes, in the order of their hashes; of
 * equal hashes the smaller context comes first.
 */
final class SmallestHashes {

    private final int kept;
    private final int[] sizes; // (groups)
    private final long[] hashes; // (groups, kept)
    private final int[] contexts; // (groups, kept)

    /**
     * Starts with empty groups.
     *
     * @param kept how many contexts are kept of a group
     */
    SmallestHashes(int groups, int kept) {
        this.kept = kept;
        this.sizes = new int[groups];
        this.hashes = new long[Math.multiplyExact(groups, kept)];
        this.contexts = new int[groups * kept];
    }

    /** Offers a context, once per group; tells whether it is kept for now. */
    boolean offer(int group, long hash, int context) {
        int start = group * kept;
        int end = start + sizes[group];
        int at = end;
        while (at > start && isBefore(hash, context, at - 1)) {
            at--;
        }
        if (at == start + kept) {
            return false;
        }
        int moved = Math.min(end, start + kept - 1) - at;
        System.arraycopy(hashes, at, hashes, at + 1, moved);
        System.arraycopy(contexts, at, contexts, at + 1, moved);
        hashes[at] = hash;
        contexts[at] = context;
        sizes[group] = Math.min(kept, sizes[group] + 1);
        return true;
    }

    private boolean isBefore(long hash, int context, int place) {
        return hash < hashes[place] || hash == hashes[place] && context < contexts[place];
    }

    int size(int group) {
        return sizes[group];
    }

    int context(int group, int rank) {
        return contexts[group * kept + rank];
    }

    boolean has(int group, int context) {
        for (int rank = 0; rank < sizes[group]; rank++) {
            if (context(group, rank) == context) {
                return true;
            }
        }
        return false;
    }
}
