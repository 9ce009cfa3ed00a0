package org.lexicographer.pipeline.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.Fields;

/**
 * A file of records with fields, each of which is a document, or holds one. A record that cannot be
 * used is passed on as such, and the next one is read.
 */
abstract sealed class RecordDocuments extends Documents
        permits JsonLinesDocuments, ParquetDocuments {

    /** The most ids of one part: about what the longest part of a text comes to. */
    static final int PART_TOKENS = 1 << 18;

    private final DocumentContent content;
    private long documents;
    private TextParts longDocument;
    private TokenParts longList;

    RecordDocuments(Closeable file, DocumentContent content) {
        super(file);
        this.content = requireNonNull(content, "content is null");
    }

    /** A record, or what stands in place of one. */
    interface FileRecord {

        /** Returns the number of the line, or row, from 1. */
        long line();

        /** Returns about how many bytes it has; no text in it has more. */
        long length();

        /**
         * Returns the fields.
         *
         * @throws IllegalArgumentException when it is no record
         */
        Fields fields();
    }

    /** Returns the next record, or empty at the file's end. */
    abstract Optional<? extends FileRecord> nextRecord() throws IOException;

    @Override
    final Optional<DocumentEntry> read() throws IOException {
        if (longDocument != null) {
            return Optional.of(nextPart());
        }
        if (longList != null) {
            return Optional.of(nextTokens());
        }
        Optional<? extends FileRecord> record = nextRecord();
        return record.isPresent() ? Optional.of(entry(record.get())) : Optional.empty();
    }

    private DocumentEntry entry(FileRecord record) throws IOException {
        long document = documents++;
        String text;
        try {
            switch (content) {
                case DocumentContent.Text field -> text = field.of(record.fields());
                case DocumentContent.TokenIds ids -> {
                    int[] tokens = ids.of(record.fields());
                    longList = new TokenParts(tokens, document, record.line());
                    return nextTokens();
                }
            }
        } catch (IllegalArgumentException e) {
            return new UnusableLine(document, record.line(), e.getMessage());
        }
        if (record.length() <= TextParts.PART_BYTES) {
            return new DocumentPart(document, record.line(), text, true);
        }
        InputStream utf8 = new ByteArrayInputStream(text.getBytes(UTF_8));
        longDocument = TextParts.ofText(utf8, document, record.line());
        return nextPart();
    }

    private TokenizedDocument nextTokens() {
        TokenizedDocument part = longList.next();
        if (part.last()) {
            longList = null;
        }
        return part;
    }

    private DocumentPart nextPart() throws IOException {
        DocumentPart part = longDocument.next();
        if (part.last()) {
            longDocument = null;
        }
        return part;
    }

    /** Cuts a long list of token ids into parts that are packed one by one, as a text's are. */
    private static final class TokenParts {

        private final int[] tokens;
        private final long document;
        private final long line;
        private int done;

        TokenParts(int[] tokens, long document, long line) {
            this.tokens = tokens;
            this.document = document;
            this.line = line;
        }

        /** Returns the next part; the last one, which may be empty, says so. */
        TokenizedDocument next() {
            int end = Math.min(tokens.length, done + PART_TOKENS);
            boolean last = end == tokens.length;
            int[] part = done == 0 && last ? tokens : Arrays.copyOfRange(tokens, done, end);
            done = end;
            return new TokenizedDocument(document, line, part, last);
        }
    }
}
