package org.lexicographer.pipeline.dataset;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.Quotes;
import org.lexicographer.pipeline.dataset.compression.LimitedContent;
import org.lexicographer.pipeline.dataset.fields.Characters;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.parquet.ParquetRows;
import org.lexicographer.pipeline.source.Interruption;
import org.lexicographer.pipeline.source.SourceOpener;
import org.lexicographer.pipeline.source.SourceUri;

/** Opens files for reading their documents. */
public final class DocumentReader {

    private final SourceOpener opener;
    private final long maxWindowBytes;
    private final long maxContentBytes;

    /**
     * Creates a reader of what the opener opens.
     *
     * @param maxWindowBytes the largest window that a zstd frame may have
     */
    public DocumentReader(SourceOpener opener, long maxWindowBytes) {
        this(opener, maxWindowBytes, Long.MAX_VALUE);
    }

    /**
     * Creates a reader of what the opener opens.
     *
     * @param maxWindowBytes the largest window that a zstd frame may have
     * @param maxContentBytes the size of the largest file that is read to its end, decompressed; of
     *     a table, the columns that are read
     */
    public DocumentReader(SourceOpener opener, long maxWindowBytes, long maxContentBytes) {
        this.opener = requireNonNull(opener, "opener is null");
        this.maxWindowBytes = maxWindowBytes;
        this.maxContentBytes = maxContentBytes;
    }

    /**
     * Opens a file; the caller closes the result.
     *
     * @param content what of a record is a document
     * @throws UnreadableDocumentsException when the file cannot be opened; an outage is the
     *     opener's exception
     */
    public Documents open(String uri, DocumentContent content) {
        SourceUri address = readableAddress(uri);
        DocumentFormat format = DocumentFormat.of(uri);
        return switch (format.kind()) {
            case JSON_LINES -> new JsonLinesDocuments(stream(address, format), content);
            case PLAIN_TEXT -> plainText(address, format, content);
            case PARQUET -> new ParquetDocuments(rows(address, content), content);
        };
    }

    private PlainTextDocument plainText(
            SourceUri address, DocumentFormat format, DocumentContent content) {
        if (!(content instanceof DocumentContent.TextField)) {
            throw new UnreadableDocumentsException(
                    "file has no fields: expected=.jsonl or .parquet for %s, found=.txt"
                            .formatted(content.paths()),
                    null);
        }
        return new PlainTextDocument(stream(address, format));
    }

    private ParquetRows rows(SourceUri address, DocumentContent content) {
        try {
            return ParquetRows.open(opener.openAt(address), content, maxContentBytes);
        } catch (IOException e) {
            Interruption.check();
            throw new UnreadableDocumentsException(Quotes.shortened(e.getMessage()), e);
        }
    }

    private InputStream stream(SourceUri address, DocumentFormat format) {
        return decompressed(opened(address), format);
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

    /**
     * Returns the parts of a text that is a document by itself, cut as those of a file are.
     *
     * @throws IllegalArgumentException when it holds half a character
     */
    public static List<DocumentPart> parts(String text) {
        String whole = Characters.checked(text);
        byte[] utf8 = whole.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= TextParts.PART_BYTES) {
            return List.of(new DocumentPart(0, 1, whole, true));
        }
        TextParts parts = TextParts.ofText(new ByteArrayInputStream(utf8), 0, 1);
        List<DocumentPart> all = new ArrayList<>();
        do {
            all.add(next(parts));
        } while (!all.getLast().last());
        return all;
    }

    private static DocumentPart next(TextParts parts) {
        try {
            return parts.next();
        } catch (IOException e) {
            throw new UncheckedIOException("memory not readable", e);
        }
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
            Interruption.check();
            throw new UnreadableDocumentsException(Quotes.shortened(e.getMessage()), e);
        }
    }

    private InputStream decompressed(InputStream file, DocumentFormat format) {
        try {
            InputStream content = format.compression().open(file, maxWindowBytes);
            return new LimitedContent(content, maxContentBytes);
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
