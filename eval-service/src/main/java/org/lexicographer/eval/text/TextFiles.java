package org.lexicographer.eval.text;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.languagemodel.tokenizer.RunChatTemplates;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.dataset.Document;
import org.lexicographer.pipeline.dataset.DocumentEntry;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.dataset.Documents;
import org.lexicographer.pipeline.dataset.UnreadableDocumentsException;
import org.lexicographer.pipeline.dataset.UnusableLine;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;

/**
 * Reads the documents of a text file as training does; a file of which anything cannot be used is
 * refused as a whole.
 *
 * @param reader opens the files
 * @param templates make texts of chats in them
 */
public record TextFiles(DocumentReader reader, RunChatTemplates templates) {

    public TextFiles {
        requireNonNull(reader, "reader is null");
        requireNonNull(templates, "templates is null");
    }

    /**
     * Returns the documents of a file, the long ones in parts.
     *
     * @param content what of a record is a document
     * @throws InvalidFieldsException when the file cannot be read, or a line of it
     */
    public List<Document> documents(String uri, DocumentContent content) {
        List<Document> parts = new ArrayList<>();
        try (Documents documents = reader.open(uri, content)) {
            Optional<DocumentEntry> entry = documents.next();
            while (entry.isPresent()) {
                parts.add(part(entry.get(), uri));
                entry = documents.next();
            }
        } catch (UnreadableDocumentsException e) {
            String line = e.line().map(number -> "line=" + number + ", ").orElse("");
            throw invalid("not readable: %s, %suri=%s".formatted(e.getMessage(), line, uri));
        }
        return parts;
    }

    private static Document part(DocumentEntry entry, String uri) {
        return switch (entry) {
            case Document part -> part;
            case UnusableLine line ->
                    throw invalid("%s, line=%d, uri=%s".formatted(line.reason(), line.line(), uri));
        };
    }

    private static InvalidFieldsException invalid(String rule) {
        return new InvalidFieldsException(FieldError.of("uri", rule));
    }
}
