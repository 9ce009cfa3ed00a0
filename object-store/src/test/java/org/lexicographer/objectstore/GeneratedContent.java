package org.lexicographer.objectstore;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that are functions of their position, as many as wanted, never all in memory. */
public final class GeneratedContent extends InputStream {

    private static final long NEVER = Long.MAX_VALUE;

    private final long size;
    private long failurePosition = NEVER;
    private long position;
    private boolean closed;

    public GeneratedContent(long size) {
        this.size = size;
    }

    public GeneratedContent failingAt(long failure) {
        failurePosition = failure;
        return this;
    }

    public static byte at(long position) {
        return (byte) (position * 31 + (position >> 8) * 17 + (position >> 20));
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (position == failurePosition) {
            throw new IOException("generated failure: position=" + position);
        }
        int count = (int) Math.min(length, Math.min(size, failurePosition) - position);
        for (int i = 0; i < count; i++) {
            bytes[offset + i] = at(position + i);
        }
        position += count;
        return count == 0 ? -1 : count;
    }

    @Override
    public void close() {
        closed = true;
    }
}
