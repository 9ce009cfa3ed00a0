package org.lexicographer.pipeline.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A {@code .txt} file: one document, however long. */
final class PlainTextDocument extends Documents {

    private final TextParts parts;
    private boolean ended;

    PlainTextDocument(InputStream content) {
        super(content);
        parts = TextParts.ofFile(content);
    }

    @Override
    Optional<DocumentEntry> read() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        DocumentPart part = parts.next();
        ended = part.last();
        return Optional.of(part);
    }

    @Override
    long nextLine() {
        return parts.nextLine();
    }
}
