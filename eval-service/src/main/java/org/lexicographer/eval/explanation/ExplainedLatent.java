package org.lexicographer.eval.explanation;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.DictionaryId;

/**
 * A latent that may be explained.
 *
 * @param dictionary its dictionary
 * @param step the number of training steps this has had
 * @param latent its number
 */
public record ExplainedLatent(DictionaryId dictionary, long step, int latent) {

    public ExplainedLatent {
        requireNonNull(dictionary, "dictionary is null");
    }
}
