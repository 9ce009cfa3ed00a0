package org.lexicographer.pipeline.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.lexicographer.pipeline.DictionaryId;

/**
 * Announces a dictionary that is complete in the object store.
 *
 * @param dictionary which dictionary
 * @param step the number of training steps it has had
 * @param tokens the number of training tokens it has seen
 * @param isFinal whether it is the last one of its run
 * @param prefix the key prefix under which {@code dictionary.safetensors} and {@code config.json}
 *     lie, ending in a slash
 */
public record DictionaryCheckpoint(
        DictionaryId dictionary,
        long step,
        long tokens,
        @JsonProperty("final") boolean isFinal,
        String prefix)
        implements PipelineMessage {

    /** Checks that nothing is absent. */
    public DictionaryCheckpoint {
        requireNonNull(dictionary, "dictionary is null");
        requireNonNull(prefix, "prefix is null");
    }

    @Override
    public String key() {
        return dictionary.toString();
    }
}
