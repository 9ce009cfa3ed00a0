package org.lexicographer.eval.explanation;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The explanations of latents whose numbers lie side by side: one object.
 *
 * @param explanations by the latents' numbers
 */
record ExplanationChunk(Map<Integer, Explanation> explanations) {

    static final ExplanationChunk EMPTY = new ExplanationChunk(Map.of());

    ExplanationChunk {
        explanations = Collections.unmodifiableSortedMap(new TreeMap<>(explanations));
    }

    Optional<Explanation> of(int latent) {
        return Optional.ofNullable(explanations.get(latent));
    }

    /** Returns the same with another explanation of a latent, or none. */
    ExplanationChunk with(int latent, Optional<Explanation> explanation) {
        SortedMap<Integer, Explanation> changed = new TreeMap<>(explanations);
        changed.remove(latent);
        explanation.ifPresent(it -> changed.put(latent, it));
        return new ExplanationChunk(changed);
    }
}
