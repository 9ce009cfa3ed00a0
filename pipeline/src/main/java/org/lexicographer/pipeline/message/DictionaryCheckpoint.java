package org.lexicographer.pipeline.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

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

    /** Checks the components. */
    public DictionaryCheckpoint {
        new Checks()
                .present("dictionary", dictionary)
                .notNegative("step", step)
                .notNegative("tokens", tokens)
                .present("prefix", prefix)
                .end();
    }

    /**
     * Reads a message.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static DictionaryCheckpoint read(byte[] json) {
        return Json.read(json, DictionaryCheckpoint.class);
    }

    @Override
    public String key() {
        return dictionary.toString();
    }
}
