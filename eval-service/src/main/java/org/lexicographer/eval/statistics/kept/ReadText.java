package org.lexicographer.eval.statistics.kept;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import org.lexicographer.eval.evaluator.Contexts;

/**
 * A text as a language model reads it: all that latents on it depend on, beside their dictionary.
 *
 * @param model a text that is the same for the same model only
 * @param contexts all contexts
 * @param batchContexts contexts per forward pass, B
 * @param uncounted ids of the tokens that do not count
 */
public record ReadText(String model, Contexts contexts, int batchContexts, Set<Integer> uncounted) {

    public ReadText {
        requireNonNull(model, "model is null");
        requireNonNull(contexts, "contexts is null");
        uncounted = Set.copyOf(uncounted);
    }

    /** Returns a name for contexts {@code first} to before {@code end}, which are whole batches. */
    public String part(int first, int end) {
        return "%s %d %s %d %s"
                .formatted(
                        model,
                        batchContexts,
                        uncounted.stream().sorted().toList(),
                        first,
                        contexts.range(first, end).digest());
    }
}
