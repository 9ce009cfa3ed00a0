package org.lexicographer.pipeline.dataset.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the header of a page says: a struct of Thrift's compact protocol with the page's kind, its
 * bytes before and after compression, and in a struct of its kind the number of its values.
 *
 * @param numbers the whole numbers, by the number of the struct and of the field in it
 * @param isCompressed whether the values are compressed, where the column is
 * @param length the bytes of the header
 */
record PageHeader(Map<Long, Long> numbers, boolean isCompressed, int length) {

    private static final int DICTIONARY = 2;
    private static final int DATA_2 = 3;

    private static final int KIND = 1;
    private static final int DECODED_BYTES = 2;
    private static final int STORED_BYTES = 3;
    private static final int DATA_PAGE = 5;
    private static final int DICTIONARY_PAGE = 7;
    private static final int DATA_PAGE_2 = 8;
    private static final int VALUES = 1;
    private static final int DEFINITION_BYTES = 5;
    private static final int REPETITION_BYTES = 6;
    private static final int COMPRESSED = 7;

    /**
     * Reads a header; the bytes then stand after it.
     *
     * @throws IOException when it is none, or says two things of one
     */
    static PageHeader read(ByteBuffer bytes) throws IOException {
        int start = bytes.position();
        Fields fields = new Fields();
        CompactThrift.read(bytes, fields);
        return new PageHeader(fields.numbers, fields.isCompressed, bytes.position() - start);
    }

    /** Takes what is known here, each field once: which of two counts is not for guessing. */
    private static final class Fields implements CompactThrift.Numbers {

        private final Map<Long, Long> numbers = new HashMap<>();
        private final Set<Integer> structs = new HashSet<>();
        private boolean isCompressed = true;

        @Override
        public void take(int struct, int field, long value) throws IOException {
            if (struct >= 0 && numbers.put(key(struct, field), value) != null) {
                throw twice(struct, field);
            }
        }

        @Override
        public void end(int struct) throws IOException {
            if (struct > 0 && !structs.add(struct)) {
                throw twice(0, struct);
            }
        }

        private static IOException twice(int struct, int field) {
            return new IOException(
                    "field of a page's header twice: struct=%d, field=%d".formatted(struct, field));
        }

        @Override
        public void take(int struct, int field, boolean value) {
            if (struct == DATA_PAGE_2 && field == COMPRESSED) {
                isCompressed = value;
            }
        }
    }

    private static long key(int struct, int field) {
        return (long) struct << Integer.SIZE | field;
    }

    private long number(int struct, int field) {
        return numbers.getOrDefault(key(struct, field), 0L);
    }

    boolean isDictionary() {
        return number(0, KIND) == DICTIONARY;
    }

    boolean isSecondVersion() {
        return number(0, KIND) == DATA_2;
    }

    long decodedBytes() {
        return number(0, DECODED_BYTES);
    }

    long storedBytes() {
        return number(0, STORED_BYTES);
    }

    /** Returns the values of data; 0 where the page is no data. */
    long dataValues() {
        return number(DATA_PAGE, VALUES) + number(DATA_PAGE_2, VALUES);
    }

    /** Returns the values of a page, as the structs of all kinds have them. */
    long[] values() {
        return new long[] {
            number(DATA_PAGE, VALUES), number(DATA_PAGE_2, VALUES), number(DICTIONARY_PAGE, VALUES)
        };
    }

    /** Tells whether it is more than one kind of page. */
    boolean isAmbiguous() {
        int kinds = 0;
        for (int struct : new int[] {DATA_PAGE, DATA_PAGE_2, DICTIONARY_PAGE}) {
            kinds += numbers.containsKey(key(struct, VALUES)) ? 1 : 0;
        }
        return kinds > 1 || numbers.containsKey(key(DATA_PAGE_2, VALUES)) != isSecondVersion();
    }

    long definitionBytes() {
        return number(DATA_PAGE_2, DEFINITION_BYTES);
    }

    long repetitionBytes() {
        return number(DATA_PAGE_2, REPETITION_BYTES);
    }

    /** Returns the bytes of levels that stand before what is compressed. */
    long levelBytes() {
        return isSecondVersion() ? definitionBytes() + repetitionBytes() : 0;
    }
}
