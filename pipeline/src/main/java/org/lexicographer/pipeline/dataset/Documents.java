package org.lexicographer.pipeline.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.pipeline.source.Interruption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The documents of an open file, in order; for use by one thread. */
public abstract sealed class Documents implements AutoCloseable
        permits RecordDocuments, PlainTextDocument {

    private static final Logger LOG = LoggerFactory.getLogger(Documents.class);

    private final Closeable file;

    Documents(Closeable file) {
        this.file = file;
    }

    /**
     * Returns the next document, part of a document or unusable line; empty at the file's end.
     *
     * @throws UnreadableDocumentsException when the rest of the file cannot be read; an outage is
     *     the opener's exception
     */
    public final Optional<DocumentEntry> next() {
        try {
            return read();
        } catch (IOException e) {
            throw failure(e, nextLine());
        }
    }

    abstract Optional<DocumentEntry> read() throws IOException;

    /** Returns the number of the line that is read next, from 1. */
    abstract long nextLine();

    static UnreadableDocumentsException failure(IOException e, long line) {
        Interruption.check();
        return new UnreadableDocumentsException(
                "content not readable: reason=" + Quotes.shortened(e.getMessage()), line, e);
    }

    @Override
    public final void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("file does not close", e);
        }
    }
}
