package org.lexicographer.pipeline.dataset;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import org.lexicographer.pipeline.source.Quotes;
import org.lexicographer.pipeline.source.SourceOpener;
import org.lexicographer.pipeline.source.SourceUri;

/** Opens files for reading their documents. */
public final class DocumentReader {

    private final SourceOpener opener;
    private final long maxWindowBytes;

    /**
     * Creates a reader of what the opener opens.
     *
     * @param maxWindowBytes the largest window that a zstd frame may have
     */
    public DocumentReader(SourceOpener opener, long maxWindowBytes) {
        this.opener = requireNonNull(opener, "opener is null");
        this.maxWindowBytes = maxWindowBytes;
    }

    /**
     * Opens a file; the caller closes the result.
     *
     * @param textField the field of a JSON document that holds its text
     * @throws UnreadableDocumentsException when the file cannot be opened; an outage is the
     *     opener's exception
     */
    public Documents open(String uri, String textField) {
        SourceUri address = readableAddress(uri);
        DocumentFormat format = DocumentFormat.of(uri);
        InputStream content = decompressed(opened(address), format);
        return switch (format.kind()) {
            case JSON_LINES -> new JsonLinesDocuments(content, textField);
            case PLAIN_TEXT -> new PlainTextDocument(content);
        };
    }

    /**
     * Returns the address of a file if its name says how it is to be read.
     *
     * @throws IllegalArgumentException when it is no address, or its ending is not a known one
     */
    public static SourceUri address(String uri) {
        DocumentFormat.of(uri);
        return SourceUri.parse(uri);
    }

    private static SourceUri readableAddress(String uri) {
        try {
            return address(uri);
        } catch (IllegalArgumentException e) {
            throw new UnreadableDocumentsException(e.getMessage(), e);
        }
    }

    private InputStream opened(SourceUri address) {
        try {
            return opener.open(address);
        } catch (IOException e) {
            throw new UnreadableDocumentsException(Quotes.shortened(e.getMessage()), e);
        }
    }

    private InputStream decompressed(InputStream file, DocumentFormat format) {
        try {
            return format.compression().open(file, maxWindowBytes);
        } catch (IOException e) {
            closeBecause(e, file);
            throw Documents.failure(e, 1);
        }
    }

    private static void closeBecause(IOException e, InputStream file) {
        try {
            file.close();
        } catch (IOException onClose) {
            e.addSuppressed(onClose);
        }
    }
}
