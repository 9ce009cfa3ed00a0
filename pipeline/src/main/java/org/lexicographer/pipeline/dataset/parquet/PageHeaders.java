package org.lexicographer.pipeline.dataset.parquet;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.ColumnMetaData;
import dev.hardwood.metadata.CompressionCodec;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks over the headers of a column's pages before the library reads them: it makes room for
 * whatever sizes are written there, and one of 2 GB would end the process. Snappy's own length is
 * compared, too: its decoder is native and writes as many bytes as that says into room for as many
 * as the header says. An index of pages, by which the library finds them where there is one, has to
 * lead to those that were looked over.
 */
final class PageHeaders {

    /** Bytes of a page, decoded, which is held as a whole; pages have a megabyte, as a rule. */
    static final int MOST_PAGE_BYTES = 256 << 20;

    /** Values of a page: each has two levels and a place. */
    static final int MOST_PAGE_VALUES = 1 << 24;

    /** Headers hold the least and the largest value of a page. */
    private static final int MOST_HEADER_BYTES = 32 << 20;

    private static final int FIRST_BYTES = 1 << 10;

    private static final int MOST_INDEX_BYTES = 16 << 20;
    private static final int MOST_LENGTH_BYTES = 5;

    /** Where an index has the places of pages, and a place where its page begins. */
    private static final int PLACES = 1;

    private static final int PLACE = 1;

    private final GuardedFile file;
    private final String column;
    private final boolean isSnappy;
    private final List<Long> dataPages = new ArrayList<>();
    private final long end;
    private long at;
    private long valuesLeft;
    private long dictionaryBytes;

    private PageHeaders(GuardedFile file, ColumnMetaData column, long start) {
        this.file = file;
        this.column = String.join(".", column.pathInSchema().elements());
        this.isSnappy = column.codec() == CompressionCodec.SNAPPY;
        this.at = start;
        this.end = Math.addExact(start, column.totalCompressedSize());
        this.valuesLeft = column.numValues();
    }

    /**
     * Checks the pages of a column in one row group.
     *
     * @return the bytes of the column's dictionary, decoded; 0 where it has none
     * @throws IOException when a page cannot be as large as its header says, or may not
     */
    static long check(GuardedFile file, ColumnChunk chunk) throws IOException {
        long start = chunk.chunkStartOffset();
        PageHeaders pages = new PageHeaders(file, chunk.metaData(), start);
        pages.checkPlace(start);
        while (pages.valuesLeft > 0 && pages.at < pages.end) {
            pages.checkPage();
        }
        if (chunk.offsetIndexOffset() != null && chunk.offsetIndexLength() != null) {
            pages.checkIndex(chunk.offsetIndexOffset(), chunk.offsetIndexLength());
        }
        return pages.dictionaryBytes;
    }

    private void checkIndex(long offset, int length) throws IOException {
        checkSize("bytes of an index", length, MOST_INDEX_BYTES);
        List<Long> named = new ArrayList<>();
        try {
            CompactThrift.read(
                    file.readRange(offset, length),
                    (struct, field, value) -> {
                        if (struct == -PLACES && field == PLACE) {
                            named.add(value);
                        }
                    });
        } catch (BufferUnderflowException e) {
            throw new IOException("index of pages ends early: column=" + column, e);
        }
        if (!named.equals(dataPages)) {
            throw new IOException(
                    "index leads to other pages than follow each other: column=" + column);
        }
    }

    private void checkPlace(long start) throws IOException {
        if (start < 0 || end < start || end > file.length()) {
            throw new IOException(
                    "column outside of the file: start=%d, end=%d, file=%d bytes, column=%s"
                            .formatted(start, end, file.length(), column));
        }
    }

    private void checkPage() throws IOException {
        PageHeader header = header();
        if (header.isAmbiguous()) {
            throw new IOException(
                    "page of more than one kind: offset=%d, column=%s".formatted(at, column));
        }
        long stored = header.storedBytes();
        checkSize("stored bytes", stored, end - at - header.length());
        checkSize("decoded bytes", header.decodedBytes(), MOST_PAGE_BYTES);
        for (long values : header.values()) {
            checkSize("values", values, MOST_PAGE_VALUES);
        }
        checkSize("bytes of levels", header.definitionBytes(), stored);
        checkSize("bytes of levels", header.repetitionBytes(), stored);
        checkSize("bytes of levels", header.levelBytes(), stored);
        if (isSnappy && header.isCompressed()) {
            checkSnappy(header);
        }
        if (header.isDictionary()) {
            dictionaryBytes = Math.max(dictionaryBytes, header.decodedBytes());
        } else {
            dataPages.add(at);
        }
        valuesLeft -= header.dataValues();
        at += header.length() + stored;
    }

    private void checkSnappy(PageHeader header) throws IOException {
        long left = header.storedBytes() - header.levelBytes();
        long expected = header.decodedBytes() - header.levelBytes();
        if (left == 0 && expected == 0) {
            return;
        }
        ByteBuffer bytes =
                file.readRange(
                        at + header.length() + header.levelBytes(),
                        (int) Math.min(left, MOST_LENGTH_BYTES));
        long found = 0;
        byte next = -1;
        for (int shift = 0; next < 0 && bytes.hasRemaining(); shift += 7) {
            next = bytes.get();
            found |= (long) (next & 0x7f) << shift;
        }
        if (next < 0 || found != expected) {
            throw new IOException(
                    "length before compressed data is not that of the page: expected=%d, found=%d, offset=%d, column=%s"
                            .formatted(expected, found, at, column));
        }
    }

    private void checkSize(String what, long found, long most) throws IOException {
        if (found < 0 || found > most) {
            throw new IOException(
                    "size in a page's header beyond what may be: %s, most=%d, found=%d, offset=%d, column=%s"
                            .formatted(what, most, found, at, column));
        }
    }

    /** Few headers are longer than a little; of those more is read. */
    private PageHeader header() throws IOException {
        long left = Math.min(end - at, MOST_HEADER_BYTES);
        for (long window = Math.min(left, FIRST_BYTES); ; window = Math.min(left, window * 16)) {
            try {
                return PageHeader.read(file.readRange(at, (int) window));
            } catch (BufferUnderflowException | CompactThrift.LengthException e) {
                if (window == left) {
                    throw new IOException(
                            "page's header damaged: offset=%d, column=%s".formatted(at, column), e);
                }
            }
        }
    }
}
