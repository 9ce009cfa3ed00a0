package org.lexicographer.pipeline.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What all block formats begin with, little-endian:
 *
 * <pre>
 *  0  magic      4 bytes
 *  4  version    uint16
 *  6  reserved   uint16, zero
 *  8  checksum   uint32, CRC-32C of all bytes from 12 to the end
 * 12  ...
 * </pre>
 */
final class BlockFrame {

    static final int LENGTH = 12;

    private static final int VERSION_OFFSET = 4;
    private static final int RESERVED_OFFSET = 6;
    private static final int CHECKSUM_OFFSET = 8;

    private BlockFrame() {}

    static ByteBuffer start(int magic, int version, int size) {
        ByteBuffer block = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        return block.putInt(magic).putShort((short) version).putShort((short) 0).putInt(0);
    }

    static byte[] finish(ByteBuffer block) {
        block.putInt(CHECKSUM_OFFSET, checksum(block.array()));
        return block.array();
    }

    /** Tells whether a block says that it is of a version; {@link #open} checks the rest. */
    static boolean isVersion(int version, byte[] bytes) {
        return bytes.length >= LENGTH
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(VERSION_OFFSET)
                        == version;
    }

    /**
     * Returns the bytes of so many values. Two counts below zero would give a length like any
     * other.
     *
     * @throws CorruptBlockException when a count is negative, or there are more than can be
     */
    static long bytes(long count, long width, int valueBytes) {
        try {
            if (count >= 0 && width >= 0) {
                return Math.multiplyExact(Math.multiplyExact(count, width), (long) valueBytes);
            }
        } catch (ArithmeticException tooMany) {
            // Said below.
        }
        throw new CorruptBlockException(
                "block of impossible size: count=%d, width=%d".formatted(count, width));
    }

    /** Checks the frame and returns a buffer that starts after it. */
    static ByteBuffer open(int magic, int version, int headerLength, byte[] bytes) {
        if (bytes.length < headerLength) {
            throw new CorruptBlockException(
                    "block shorter than its header: expected=%d, found=%d"
                            .formatted(headerLength, bytes.length));
        }
        ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        expect("magic", magic, block.getInt(0));
        expect("version", version, block.getShort(VERSION_OFFSET));
        expect("reserved field", 0, block.getShort(RESERVED_OFFSET));
        expect("checksum", checksum(bytes), block.getInt(CHECKSUM_OFFSET));
        return block.position(LENGTH);
    }

    static void expectPayload(long expected, ByteBuffer block) {
        if (expected != block.remaining()) {
            throw new CorruptBlockException(
                    "block payload length mismatch: expected=%d, found=%d"
                            .formatted(expected, block.remaining()));
        }
    }

    private static void expect(String what, int expected, int found) {
        if (expected != found) {
            throw new CorruptBlockException(
                    "block %s mismatch: expected=%08x, found=%08x"
                            .formatted(what, expected, found));
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, LENGTH, bytes.length - LENGTH);
        return (int) crc.getValue();
    }
}
