package org.lexicographer.pipeline.dataset.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Goes over a struct of Thrift's compact protocol without keeping anything of it. Lengths and
 * counts have to fit into the bytes that follow. What this and the library would read as different
 * things is refused: numbers of fields beyond 16 bits, and collections of truths, which no metadata
 * of tables that is read here has.
 */
final class CompactThrift {

    private static final int MOST_DEPTH = 32;

    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int BYTE = 3;
    private static final int I64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int STRUCT = 12;

    private final ByteBuffer bytes;
    private final Numbers numbers;

    /** Takes the whole numbers of a struct, and of the structs in it. */
    @FunctionalInterface
    interface Numbers {

        int DEEPER = Integer.MIN_VALUE;

        /**
         * Takes one.
         *
         * @param struct the number of the field that holds the struct, less than zero where the
         *     field is a list of structs; 0 for the outermost, {@link #DEEPER} for structs that lie
         *     deeper
         * @param field the number of the field
         */
        void take(int struct, int field, long value) throws IOException;

        /**
         * Takes a truth.
         *
         * @param struct as for numbers
         */
        default void take(int struct, int field, boolean value) throws IOException {
            // Few structs have any that matter.
        }

        /**
         * Is told that a struct has ended.
         *
         * @param struct as for its numbers
         */
        default void end(int struct) throws IOException {
            // Who takes single numbers needs to know of no ends.
        }
    }

    /** Thrown for a length that is longer than what follows. */
    static final class LengthException extends IOException {

        private static final long serialVersionUID = 1L;

        LengthException(String message) {
            super(message);
        }
    }

    private CompactThrift(ByteBuffer bytes, Numbers numbers) {
        this.bytes = bytes;
        this.numbers = numbers;
    }

    /**
     * Goes over a struct; the bytes then stand after it.
     *
     * @throws IOException when a length in it is longer than what follows
     * @throws BufferUnderflowException when the struct goes on after the bytes
     */
    static void read(ByteBuffer bytes, Numbers numbers) throws IOException {
        new CompactThrift(bytes, numbers).struct(0, 0);
    }

    private void struct(int depth, int struct) throws IOException {
        int field = 0;
        for (int header = bytes.get(); header != 0; header = bytes.get()) {
            int step = header >> 4 & 0xf;
            field = checkedField(step == 0 ? zigzag(varint()) : field + step);
            int type = header & 0xf;
            if (type > BYTE && type <= I64) {
                numbers.take(struct, field, zigzag(varint()));
            } else if (type == STRUCT) {
                checkDepth(depth);
                struct(depth + 1, depth == 0 ? field : Numbers.DEEPER);
            } else if (type == LIST) {
                checkDepth(depth);
                list(depth, depth == 0 ? -field : Numbers.DEEPER);
            } else if (type == TRUE || type == FALSE) {
                numbers.take(struct, field, type == TRUE);
            } else {
                value(type, depth, Numbers.DEEPER);
            }
        }
        numbers.end(struct);
    }

    private static int checkedField(long field) throws IOException {
        if (field < 0 || field > Short.MAX_VALUE) {
            throw new IOException("metadata has a field of no number: found=" + field);
        }
        return (int) field;
    }

    private static long zigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    private static void checkDepth(int depth) throws IOException {
        if (depth == MOST_DEPTH) {
            throw new IOException("metadata nested too deeply: most=" + MOST_DEPTH);
        }
    }

    private void value(int type, int depth, int struct) throws IOException {
        checkDepth(depth);
        switch (type) {
            case BYTE -> bytes.get();
            case TRUE, FALSE -> throw new IOException("metadata has a collection of truths");
            case DOUBLE -> pass(Double.BYTES);
            case BINARY -> pass(length());
            case LIST, SET -> list(depth, Numbers.DEEPER);
            case MAP -> map(depth);
            case STRUCT -> struct(depth + 1, struct);
            default -> {
                if (type < BYTE || type > I64) {
                    throw new IOException("metadata has a value of no known type: found=" + type);
                }
                varint();
            }
        }
    }

    private void list(int depth, int struct) throws IOException {
        int header = Byte.toUnsignedInt(bytes.get());
        int size = header >> 4;
        int count = size == 0xf ? length() : size;
        for (int i = 0; i < count; i++) {
            value(header & 0xf, depth + 1, struct);
        }
    }

    private void map(int depth) throws IOException {
        int count = length();
        int types = count == 0 ? 0 : bytes.get();
        for (int i = 0; i < count; i++) {
            value(types >> 4 & 0xf, depth + 1, Numbers.DEEPER);
            value(types & 0xf, depth + 1, Numbers.DEEPER);
        }
    }

    /** Every value takes a byte at least, so that a count is a length, too. */
    private int length() throws IOException {
        long length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw new LengthException(
                    "length in the metadata beyond its end: found=%s, left=%d bytes"
                            .formatted(Long.toUnsignedString(length), bytes.remaining()));
        }
        return (int) length;
    }

    private long varint() {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    private void pass(int count) {
        if (count > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        bytes.position(bytes.position() + count);
    }
}
