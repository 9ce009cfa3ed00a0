package org.lexicographer.pipeline.dataset.compression;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a Zstandard file (RFC 8878) as they are, handed out in pieces that never reach
 * beyond a block: whoever decompresses them has the content of every block before a break.
 *
 * <p>Ends where a frame ends, and nowhere else. Refuses what is no frame, and a frame that refers
 * further back than a limit.
 */
final class ZstdFrames extends InputStream {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final long MAGIC = 0xfd2fb528L;
    private static final long SKIPPABLE_MAGIC = 0x184d2a50L;
    private static final int MAX_HEADER_BYTES = 18;
    private static final int[] DICTIONARY_ID_BYTES = {0, 1, 2, 4};
    private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int CHECKSUM = 1 << 2;
    private static final int CHECKSUM_BYTES = 4;
    private static final int RUN_LENGTH_BLOCK = 1;
    private static final int RESERVED_BLOCK = 3;

    /** What the next bytes of the file are. */
    private enum Expected {
        FRAME,
        BLOCK,
        CHECKSUM
    }

    private final InputStream file;
    private final long maxWindowBytes;
    private Expected expected = Expected.FRAME;
    private boolean hasChecksum;

    /** A header that was read and not handed out yet. */
    private final byte[] header = new byte[MAX_HEADER_BYTES];

    private int headerLength;
    private int headerPosition;

    /** Bytes of the file that follow the header and are handed out as they are. */
    private long contentLength;

    /**
     * Starts before the first frame.
     *
     * @param maxWindowBytes the largest window that a frame may have
     */
    ZstdFrames(InputStream file, long maxWindowBytes) {
        this.file = new BufferedInputStream(file, BUFFER_BYTES);
        this.maxWindowBytes = maxWindowBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (headerPosition == headerLength && contentLength == 0 && !startPiece()) {
            return -1;
        }
        int count = headerLength - headerPosition;
        if (count > 0) {
            count = Math.min(count, length);
            System.arraycopy(header, headerPosition, bytes, offset, count);
            headerPosition += count;
            return count;
        }
        count = file.read(bytes, offset, (int) Math.min(length, contentLength));
        if (count < 0) {
            throw cutOff();
        }
        contentLength -= count;
        return count;
    }

    /** Reads the next header, or returns false when the file ends with a frame. */
    private boolean startPiece() throws IOException {
        headerLength = 0;
        headerPosition = 0;
        switch (expected) {
            case FRAME -> {
                return startFrame();
            }
            case BLOCK -> startBlock();
            case CHECKSUM -> {
                contentLength = CHECKSUM_BYTES;
                expected = Expected.FRAME;
            }
        }
        return true;
    }

    private boolean startFrame() throws IOException {
        int first = file.read();
        if (first < 0) {
            return false;
        }
        header[headerLength++] = (byte) first;
        long magic = first | next(3) << Byte.SIZE;
        if ((magic & ~0xfL) == SKIPPABLE_MAGIC) {
            contentLength = next(4);
            return true;
        }
        if (magic != MAGIC) {
            throw new IOException(
                    "not a zstd frame: expected=%08x, found=%08x".formatted(MAGIC, magic));
        }
        readFrameHeader();
        expected = Expected.BLOCK;
        return true;
    }

    private void readFrameHeader() throws IOException {
        int descriptor = (int) next(1);
        hasChecksum = (descriptor & CHECKSUM) != 0;
        boolean single = (descriptor & SINGLE_SEGMENT) != 0;
        long window = single ? 0 : window((int) next(1));
        next(DICTIONARY_ID_BYTES[descriptor & 3]);
        int sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6];
        long size = next(single && sizeBytes == 0 ? 1 : sizeBytes);
        size += sizeBytes == 2 ? 256 : 0;
        check(single ? size : window);
    }

    private static long window(int descriptor) {
        long base = 1L << (10 + (descriptor >> 3));
        return base + base / 8 * (descriptor & 7);
    }

    private void check(long window) throws IOException {
        if (Long.compareUnsigned(window, maxWindowBytes) > 0) {
            throw new IOException(
                    "zstd window too large: most=%d bytes, found=%s bytes"
                            .formatted(maxWindowBytes, Long.toUnsignedString(window)));
        }
    }

    private void startBlock() throws IOException {
        int block = (int) next(3);
        int type = block >> 1 & 3;
        if (type == RESERVED_BLOCK) {
            throw new IOException("zstd frame corrupt: reason=block of reserved type");
        }
        contentLength = type == RUN_LENGTH_BLOCK ? 1 : block >> 3;
        if ((block & 1) == 1) {
            expected = hasChecksum ? Expected.CHECKSUM : Expected.FRAME;
        }
    }

    /** Reads that many bytes of the header as a little-endian number. */
    private long next(int bytes) throws IOException {
        if (file.readNBytes(header, headerLength, bytes) < bytes) {
            throw cutOff();
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) Byte.toUnsignedInt(header[headerLength++]) << Byte.SIZE * i;
        }
        return value;
    }

    private static EOFException cutOff() {
        return new EOFException("zstd frame cut off");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
