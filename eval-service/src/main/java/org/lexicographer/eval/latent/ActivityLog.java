package org.lexicographer.eval.latent;

import org.lexicographer.eval.latent.column.IntColumn;

/**
 * In which contexts of a part each latent is active: pairs, in the order of contexts and within one
 * in that of latents.
 */
public final class ActivityLog {

    private final IntColumn latents = new IntColumn();
    private final IntColumn contexts = new IntColumn();

    /** Adds the next context. */
    public void add(ContextLatents context) {
        for (int place = 0; place < context.active(); place++) {
            add(context.latent(place), context.number());
        }
    }

    void add(int latent, int context) {
        latents.add(latent);
        contexts.add(context);
    }

    /** Returns the number of pairs. */
    int size() {
        return latents.size();
    }

    int latent(int pair) {
        return latents.get(pair);
    }

    int context(int pair) {
        return contexts.get(pair);
    }
}
