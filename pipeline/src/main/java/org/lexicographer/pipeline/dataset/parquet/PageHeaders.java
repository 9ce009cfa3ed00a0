package org.lexicographer.pipeline.dataset.parquet;

import dev.hardwood.metadata.ColumnMetaData;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Looks over the headers of a column's pages before the library reads them: it makes room for
 * whatever sizes are written there, and one of 2 GB would end the process.
 *
 * <p>A header is a struct of Thrift's compact protocol before each page: its kind, the page's bytes
 * before and after compression, and in a struct of its kind the number of its values.
 */
final class PageHeaders {

    /** Bytes of a page, decoded, which is held as a whole; pages have a megabyte, as a rule. */
    static final int MOST_PAGE_BYTES = 256 << 20;

    /** Values of a page: each has two levels and a place. */
    static final int MOST_PAGE_VALUES = 1 << 24;

    /** Headers hold the least and the largest value of a page. */
    private static final int MOST_HEADER_BYTES = 32 << 20;

    private static final int FIRST_BYTES = 1 << 10;

    private static final int KIND = 1;
    private static final int DICTIONARY = 2;
    private static final int DECODED_BYTES = 2;
    private static final int STORED_BYTES = 3;
    private static final int DATA_PAGE = 5;
    private static final int DICTIONARY_PAGE = 7;
    private static final int DATA_PAGE_V2 = 8;
    private static final int VALUES = 1;
    private static final int DEFINITION_BYTES = 5;
    private static final int REPETITION_BYTES = 6;

    private final GuardedFile file;
    private final String column;
    private final long end;
    private long at;
    private long valuesLeft;
    private long dictionaryBytes;

    private PageHeaders(GuardedFile file, ColumnMetaData column, long start) {
        this.file = file;
        this.column = String.join(".", column.pathInSchema().elements());
        this.at = start;
        this.end = Math.addExact(start, column.totalCompressedSize());
        this.valuesLeft = column.numValues();
    }

    /**
     * Checks the pages of a column in one row group.
     *
     * @param start where its first page begins in the file
     * @return the bytes of the column's dictionary, decoded; 0 where it has none
     * @throws IOException when a page cannot be as large as its header says, or may not
     */
    static long check(GuardedFile file, ColumnMetaData column, long start) throws IOException {
        PageHeaders pages = new PageHeaders(file, column, start);
        pages.checkPlace(start);
        while (pages.valuesLeft > 0 && pages.at < pages.end) {
            pages.checkPage();
        }
        return pages.dictionaryBytes;
    }

    private void checkPlace(long start) throws IOException {
        if (start < 0 || end < start || end > file.length()) {
            throw new IOException(
                    "column outside of the file: start=%d, end=%d, file=%d bytes, column=%s"
                            .formatted(start, end, file.length(), column));
        }
    }

    /** What a header says, by the number of the struct and of the field in it. */
    private record Header(Map<Long, Long> numbers, int length) {

        long number(int struct, int field) {
            return numbers.getOrDefault(key(struct, field), 0L);
        }

        static long key(int struct, int field) {
            return (long) struct << Integer.SIZE | field;
        }
    }

    private void checkPage() throws IOException {
        Header header = header();
        long left = end - at - header.length();
        long stored = header.number(0, STORED_BYTES);
        checkSize("stored bytes", stored, left);
        checkSize("decoded bytes", header.number(0, DECODED_BYTES), MOST_PAGE_BYTES);
        long dataValues = header.number(DATA_PAGE, VALUES) + header.number(DATA_PAGE_V2, VALUES);
        checkSize("values", header.number(DATA_PAGE, VALUES), MOST_PAGE_VALUES);
        checkSize("values", header.number(DATA_PAGE_V2, VALUES), MOST_PAGE_VALUES);
        checkSize("values", header.number(DICTIONARY_PAGE, VALUES), MOST_PAGE_VALUES);
        checkSize("bytes of levels", header.number(DATA_PAGE_V2, DEFINITION_BYTES), stored);
        checkSize("bytes of levels", header.number(DATA_PAGE_V2, REPETITION_BYTES), stored);
        if (header.number(0, KIND) == DICTIONARY) {
            dictionaryBytes = Math.max(dictionaryBytes, header.number(0, DECODED_BYTES));
        }
        valuesLeft -= dataValues;
        at += header.length() + stored;
    }

    private void checkSize(String what, long found, long most) throws IOException {
        if (found < 0 || found > most) {
            throw new IOException(
                    "size in a page's header beyond what may be: %s, most=%d, found=%d, offset=%d, column=%s"
                            .formatted(what, most, found, at, column));
        }
    }

    /** Few headers are longer than a little; of those more is read. */
    private Header header() throws IOException {
        long left = Math.min(end - at, MOST_HEADER_BYTES);
        for (long window = Math.min(left, FIRST_BYTES); ; window = Math.min(left, window * 16)) {
            ByteBuffer bytes = file.readRange(at, (int) window);
            int start = bytes.position();
            Map<Long, Long> numbers = new HashMap<>();
            try {
                CompactThrift.read(
                        bytes,
                        (struct, field, value) -> numbers.put(Header.key(struct, field), value));
                return new Header(numbers, bytes.position() - start);
            } catch (BufferUnderflowException | CompactThrift.LengthException e) {
                if (window == left) {
                    throw new IOException(
                            "page's header damaged: offset=%d, column=%s".formatted(at, column), e);
                }
            }
        }
    }
}
