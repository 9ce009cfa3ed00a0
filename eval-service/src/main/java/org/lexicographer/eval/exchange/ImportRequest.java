package org.lexicographer.eval.exchange;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.pipeline.Site;

/**
 * What a user says of an uploaded dictionary; each is needed only where nothing else says it.
 *
 * @param format the format of its folder; told from the files when empty
 * @param languageModel the URI of the language model's folder; that of the run, or what the files
 *     say, when empty
 * @param revision the language model's revision
 * @param contextLength tokens per context, T, of text that it is evaluated on
 * @param reconstructs where what it reconstructs belongs
 */
public record ImportRequest(
        Optional<FolderFormat> format,
        Optional<String> languageModel,
        Optional<String> revision,
        Optional<Integer> contextLength,
        Optional<Site> reconstructs) {

    public ImportRequest {
        requireNonNull(format, "format is null");
        requireNonNull(languageModel, "languageModel is null");
        requireNonNull(revision, "revision is null");
        requireNonNull(contextLength, "contextLength is null");
        requireNonNull(reconstructs, "reconstructs is null");
    }
}
