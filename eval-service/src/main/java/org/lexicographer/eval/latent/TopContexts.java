package org.lexicographer.eval.latent;

import java.util.Arrays;

/**
 * Of each latent, the contexts with the largest maximum: larger values first, then smaller numbers
 * of contexts. A context is in a latent's list once, at the first position of its maximum.
 */
public final class TopContexts {

    /** How many contexts are kept of a latent. */
    public static final int KEPT = 20;

    private final int[] sizes; // (F)
    private final int[] contexts; // (F, KEPT)
    private final int[] positions; // (F, KEPT)
    private final float[] values; // (F, KEPT)

    /**
     * Starts with empty lists.
     *
     * @param dictionarySize the number of latents, F
     */
    public TopContexts(int dictionarySize) {
        int places = Math.multiplyExact(dictionarySize, KEPT);
        this.sizes = new int[dictionarySize];
        this.contexts = new int[places];
        this.positions = new int[places];
        this.values = new float[places];
    }

    /** Offers a context in which a latent is active, once per latent and context. */
    public void offer(int latent, int context, int position, float value) {
        int start = latent * KEPT;
        int end = start + sizes[latent];
        int at = end;
        while (at > start && isBefore(value, context, at - 1)) {
            at--;
        }
        if (at == start + KEPT) {
            return;
        }
        int moved = Math.min(end, start + KEPT - 1) - at;
        System.arraycopy(contexts, at, contexts, at + 1, moved);
        System.arraycopy(positions, at, positions, at + 1, moved);
        System.arraycopy(values, at, values, at + 1, moved);
        contexts[at] = context;
        positions[at] = position;
        values[at] = value;
        sizes[latent] = Math.min(KEPT, sizes[latent] + 1);
    }

    private boolean isBefore(float value, int context, int place) {
        return value > values[place] || value == values[place] && context < contexts[place];
    }

    /** Offers all contexts of other lists, of other contexts. */
    public void add(TopContexts other) {
        for (int latent = 0; latent < sizes.length; latent++) {
            for (int rank = 0; rank < other.sizes[latent]; rank++) {
                int place = latent * KEPT + rank;
                offer(latent, other.contexts[place], other.positions[place], other.values[place]);
            }
        }
    }

    /** Returns how many contexts a latent's list has. */
    public int size(int latent) {
        return sizes[latent];
    }

    /** Returns the context at a rank, from 0. */
    public int context(int latent, int rank) {
        return contexts[latent * KEPT + rank];
    }

    /** Returns the position of the maximum in that context. */
    public int position(int latent, int rank) {
        return positions[latent * KEPT + rank];
    }

    /** Returns the maximum in that context. */
    public float value(int latent, int rank) {
        return values[latent * KEPT + rank];
    }

    /** Tells whether a context is in a latent's list. */
    public boolean has(int latent, int context) {
        int start = latent * KEPT;
        return Arrays.stream(contexts, start, start + sizes[latent]).anyMatch(it -> it == context);
    }
}
