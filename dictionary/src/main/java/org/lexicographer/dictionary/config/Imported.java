package org.lexicographer.dictionary.config;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * How a dictionary that was not trained here came to be here, and which language model it is for.
 *
 * @param format the name of the format that its files had
 * @param languageModel the URI of the language model's folder
 * @param revision the language model's revision, where one was named
 * @param contextLength tokens per context, T, of the text it is evaluated on
 * @param config the config that the tool wrote, as it was; an empty object where there was none
 */
public record Imported(
        String format,
        String languageModel,
        Optional<String> revision,
        int contextLength,
        JsonNode config) {

    /** Checks that nothing is absent and contexts have two tokens at least. */
    public Imported {
        requireNonNull(format, "format is null");
        requireNonNull(languageModel, "languageModel is null");
        requireNonNull(revision, "revision is null");
        requireNonNull(config, "config is null");
        if (contextLength < 2) {
            throw new IllegalArgumentException(
                    "contexts must have two tokens at least: contextLength=" + contextLength);
        }
    }
}
