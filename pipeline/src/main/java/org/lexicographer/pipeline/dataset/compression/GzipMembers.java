package org.lexicographer.pipeline.dataset.compression;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The content of a gzip file of any number of members (RFC 1952).
 *
 * <p>Unlike the JDK's, this reader does not mistake a broken member, or a source that fails, for
 * the end of the file. Unlike the JDK's and commons-compress', which drop what they have
 * decompressed in the same call, it hands out everything before a break and throws only then.
 */
final class GzipMembers extends InputStream {

    private static final int BUFFER_BYTES = 1 << 14;
    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream file;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private boolean inMember;
    private DataFormatException corruption;

    /** Reads the first member's header. */
    GzipMembers(InputStream file) throws IOException {
        this.file = file;
        startMember();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (inMember || hasMore()) {
            if (!inMember) {
                startMember();
            }
            int count = inflate(bytes, offset, length);
            checksum.update(bytes, offset, count);
            if (count > 0 || length == 0) {
                return count;
            }
            endMember();
        }
        return -1;
    }

    /** Returns 0 at the member's end only. */
    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        int count = inflateOnce(bytes, offset, length);
        while (count == 0 && length > 0 && !inflater.finished()) {
            if (corruption != null) {
                throw new ZipException("gzip member corrupt: reason=" + corruption.getMessage());
            }
            feed();
            count = inflateOnce(bytes, offset, length);
        }
        return count;
    }

    /** Whatever was decompressed before the corruption is handed out; the next call throws. */
    private int inflateOnce(byte[] bytes, int offset, int length) {
        if (corruption != null) {
            return 0;
        }
        long before = inflater.getBytesWritten();
        try {
            return inflater.inflate(bytes, offset, length);
        } catch (DataFormatException e) {
            corruption = e;
            return (int) (inflater.getBytesWritten() - before);
        }
    }

    private void feed() throws IOException {
        if (inflater.needsDictionary()) {
            throw new ZipException("gzip member needs a dictionary");
        }
        if (!hasMore()) {
            throw cutOff();
        }
        inflater.setInput(buffer, position, limit - position);
        position = limit;
    }

    private void startMember() throws IOException {
        if (next() != MAGIC_1 || next() != MAGIC_2 || next() != DEFLATE) {
            throw new ZipException("not a gzip member");
        }
        int flags = next();
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        skipTextIf(flags & NAME);
        skipTextIf(flags & COMMENT);
        skip((flags & HEADER_CHECKSUM) == 0 ? 0 : 2);
        inflater.reset();
        checksum.reset();
        inMember = true;
    }

    private void endMember() throws IOException {
        position = limit - inflater.getRemaining();
        expect("checksum", checksum.getValue(), nextInt());
        expect("length", inflater.getBytesWritten() & 0xffffffffL, nextInt());
        inMember = false;
    }

    private static void expect(String what, long expected, long found) throws ZipException {
        if (expected != found) {
            throw new ZipException(
                    "gzip member %s mismatch: expected=%d, found=%d"
                            .formatted(what, expected, found));
        }
    }

    private void skipTextIf(int flag) throws IOException {
        if (flag != 0) {
            int letter = next();
            while (letter != 0) {
                letter = next();
            }
        }
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private long nextInt() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            value |= (long) next() << shift;
        }
        return value;
    }

    private int next() throws IOException {
        if (!hasMore()) {
            throw cutOff();
        }
        return Byte.toUnsignedInt(buffer[position++]);
    }

    private boolean hasMore() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, file.read(buffer));
        }
        return limit > 0;
    }

    private static EOFException cutOff() {
        return new EOFException("gzip member cut off");
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        file.close();
    }
}
