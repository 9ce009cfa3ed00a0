package org.lexicographer.pipeline.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.lexicographer.pipeline.dataset.fields.StrictUtf8;

/**
 * Cuts a long text into parts that are tokenized one by one, so that memory stays bounded: as long
 * as possible, ending with a line feed where there is one and between two characters otherwise.
 */
final class TextParts {

    /** The most bytes of one part. */
    static final int PART_BYTES = 1 << 20;

    private final InputStream utf8;
    private final long document;
    private final long line;
    private final byte[] buffer = new byte[PART_BYTES];
    private int carried;
    private long linesDone;
    private boolean mayHaveMark;

    private TextParts(InputStream utf8, long document, long line, boolean mayHaveMark) {
        this.utf8 = utf8;
        this.document = document;
        this.line = line;
        this.mayHaveMark = mayHaveMark;
    }

    /** Begins with the text of a file, of which a byte order mark is no part. */
    static TextParts ofFile(InputStream utf8) {
        return new TextParts(utf8, 0, 1, true);
    }

    /**
     * Begins with a document's text, every character of which is part of it.
     *
     * @param document the number of the document within its file, from 0
     * @param line the number of the line of the file on which it begins, from 1
     */
    static TextParts ofText(InputStream utf8, long document, long line) {
        return new TextParts(utf8, document, line, false);
    }

    /** Returns the number of the line that is read next, from 1. */
    long nextLine() {
        return linesDone + 1;
    }

    /**
     * Returns the next part; the last one, which may be empty, says so.
     *
     * @throws UnreadableDocumentsException when the text is not UTF-8
     */
    DocumentPart next() throws IOException {
        int count = carried + utf8.readNBytes(buffer, carried, PART_BYTES - carried);
        boolean last = count < PART_BYTES;
        int from = mayHaveMark ? StrictUtf8.byteOrderMark(buffer, count) : 0;
        int end = last ? count : cut();
        String text = decode(from, end);
        mayHaveMark = false;
        carried = count - end;
        System.arraycopy(buffer, end, buffer, 0, carried);
        return new DocumentPart(document, line, text, last);
    }

    private String decode(int from, int end) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, from, end - from);
        String text =
                StrictUtf8.decode(bytes)
                        .orElseThrow(
                                () -> {
                                    countLines(0, bytes.position());
                                    return new UnreadableDocumentsException(
                                            "text is not UTF-8", nextLine(), null);
                                });
        countLines(from, end);
        return text;
    }

    private void countLines(int from, int end) {
        for (int i = from; i < end; i++) {
            linesDone += buffer[i] == '\n' ? 1 : 0;
        }
    }

    private int cut() {
        for (int end = PART_BYTES; end > 0; end--) {
            if (buffer[end - 1] == '\n') {
                return end;
            }
        }
        int start = PART_BYTES - 1;
        while (start > PART_BYTES - 4 && (buffer[start] & 0xc0) == 0x80) {
            start--;
        }
        boolean leads = (buffer[start] & 0xc0) == 0xc0;
        return leads ? start : PART_BYTES;
    }
}
