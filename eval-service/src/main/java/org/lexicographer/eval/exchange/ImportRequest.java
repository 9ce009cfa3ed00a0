package org.lexicographer.eval.exchange;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;

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

    private static final String CONTEXT_LENGTH = "[1-9]\\d{0,8}";

    public ImportRequest {
        requireNonNull(format, "format is null");
        requireNonNull(languageModel, "languageModel is null");
        requireNonNull(revision, "revision is null");
        requireNonNull(contextLength, "contextLength is null");
        requireNonNull(reconstructs, "reconstructs is null");
    }

    /**
     * Reads what a user wrote.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public static ImportRequest read(
            Optional<String> format,
            Optional<String> languageModel,
            Optional<String> revision,
            Optional<String> contextLength,
            Optional<String> reconstructs) {
        Checks checks = new Checks();
        format.ifPresent(text -> checks.by("format", text, FolderFormat::parse));
        languageModel.ifPresent(
                uri -> checks.by("languageModel", uri, LanguageModelSource::checkUri));
        contextLength.ifPresent(n -> checks.by("contextLength", n, ImportRequest::length));
        reconstructs.ifPresent(site -> checks.by("reconstructs", site, Site::parse));
        checks.end();
        return new ImportRequest(
                format.map(FolderFormat::parse),
                languageModel,
                revision,
                contextLength.map(ImportRequest::length),
                reconstructs.map(Site::parse));
    }

    /** Returns the same with another language model. */
    public ImportRequest withLanguageModel(String uri, Optional<String> itsRevision) {
        return new ImportRequest(
                format, Optional.of(uri), itsRevision, contextLength, reconstructs);
    }

    private static int length(String text) {
        int length = text.matches(CONTEXT_LENGTH) ? Integer.parseInt(text) : 0;
        if (length < 2) {
            throw new BrokenRuleException("not a number of tokens", "at least 2", text);
        }
        return length;
    }
}
