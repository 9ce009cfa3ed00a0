package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.stored.ContextOrigins;

/**
 * Contexts and where they come from.
 *
 * @param contexts the contexts
 * @param origins for each of them, as far as that is known
 */
public record TracedContexts(Contexts contexts, ContextOrigins origins) {

    /** Checks that there is an entry for each context. */
    public TracedContexts {
        requireNonNull(contexts, "contexts is null");
        requireNonNull(origins, "origins is null");
        if (origins.contexts().size() != contexts.count()) {
            throw new IllegalArgumentException(
                    "origins of other contexts: expected=%d, found=%d"
                            .formatted(contexts.count(), origins.contexts().size()));
        }
    }

    /** Returns contexts of which nobody knows where they come from. */
    public static TracedContexts untraced(Contexts contexts) {
        return new TracedContexts(contexts, ContextOrigins.unknown(contexts.count()));
    }

    /** Returns the first contexts. */
    public TracedContexts first(int count) {
        return new TracedContexts(contexts.first(count), origins.first(count));
    }

    /** Returns a text that is the same for the same contexts from the same places only. */
    public String digest() {
        return origins.areKnown() ? contexts.digest(origins.toJson()) : contexts.digest();
    }
}
