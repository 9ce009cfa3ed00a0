package org.lexicographer.pipeline.dataset.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Looks over a file's metadata before the library reads it, which allocates whatever length is
 * written there: a few wrong bytes would otherwise exhaust the heap of the whole process. Lengths
 * and counts have to fit into the bytes that follow; what they mean is the library's business.
 *
 * <p>The metadata is a struct of Thrift's compact protocol, followed by its length in four bytes
 * and by the magic {@code PAR1}.
 */
final class Footer {

    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_DEPTH = 32;
    private static final int TAIL_BYTES = 8;
    private static final int MAGIC_BYTES = 4;

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

    private Footer(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Checks the metadata of a file; of one that is too short to have any, nothing.
     *
     * @throws IOException when a length in it is longer than what follows
     */
    static void check(GuardedFile file) throws IOException {
        if (file.length() < TAIL_BYTES + MAGIC_BYTES) {
            return;
        }
        int length =
                file.readRange(file.length() - TAIL_BYTES, MAGIC_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
        if (length < 0 || length > file.length() - TAIL_BYTES - MAGIC_BYTES) {
            throw new IOException(
                    "metadata longer than the file: found=%d bytes, file=%d bytes"
                            .formatted(Integer.toUnsignedLong(length), file.length()));
        }
        if (length > MOST_BYTES) {
            throw new IOException(
                    "metadata too large: most=%d bytes, found=%d".formatted(MOST_BYTES, length));
        }
        check(file.readRange(file.length() - TAIL_BYTES - length, length));
    }

    private static void check(ByteBuffer bytes) throws IOException {
        try {
            new Footer(bytes).struct(0);
        } catch (BufferUnderflowException e) {
            throw new IOException("metadata ends early", e);
        }
    }

    private void struct(int depth) throws IOException {
        for (int header = bytes.get(); header != 0; header = bytes.get()) {
            if ((header & 0xf0) == 0) {
                varint();
            }
            int type = header & 0xf;
            if (type != TRUE && type != FALSE) {
                value(type, depth);
            }
        }
    }

    private void value(int type, int depth) throws IOException {
        if (depth == MOST_DEPTH) {
            throw new IOException("metadata nested too deeply: most=" + MOST_DEPTH);
        }
        switch (type) {
            case TRUE, FALSE, BYTE -> bytes.get();
            case DOUBLE -> pass(Double.BYTES);
            case BINARY -> pass(length());
            case LIST, SET -> list(depth);
            case MAP -> map(depth);
            case STRUCT -> struct(depth + 1);
            default -> {
                if (type < BYTE || type > I64) {
                    throw new IOException("metadata has a value of no known type: found=" + type);
                }
                varint();
            }
        }
    }

    private void list(int depth) throws IOException {
        int header = Byte.toUnsignedInt(bytes.get());
        int size = header >> 4;
        int count = size == 0xf ? length() : size;
        for (int i = 0; i < count; i++) {
            value(header & 0xf, depth + 1);
        }
    }

    private void map(int depth) throws IOException {
        int count = length();
        int types = count == 0 ? 0 : bytes.get();
        for (int i = 0; i < count; i++) {
            value(types >> 4 & 0xf, depth + 1);
            value(types & 0xf, depth + 1);
        }
    }

    /** Every value takes a byte at least, so that a count is a length, too. */
    private int length() throws IOException {
        long length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw new IOException(
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
