package org.lexicographer.pipeline.dataset.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Looks over a file's metadata before the library reads it, which allocates whatever length is
 * written there: a few wrong bytes would otherwise exhaust the heap of the whole process. Lengths
 * and counts have to fit into the bytes that follow, and columns may lie {@link SchemaDepth} deep;
 * what else they mean is the library's business.
 *
 * <p>The metadata is a struct of Thrift's compact protocol, followed by its length in four bytes
 * and by the magic {@code PAR1}.
 */
final class Footer {

    private static final int MOST_BYTES = 16 << 20;
    private static final int TAIL_BYTES = 8;
    private static final int MAGIC_BYTES = 4;

    private Footer() {}

    /**
     * Checks the metadata of a file; of one that is too short to have any, nothing.
     *
     * @throws IOException when a length in it is longer than what follows, or a column lies too
     *     deep
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
            CompactThrift.read(bytes, new SchemaDepth());
        } catch (BufferUnderflowException e) {
            throw new IOException("metadata ends early", e);
        }
    }
}
