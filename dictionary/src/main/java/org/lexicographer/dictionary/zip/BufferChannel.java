package org.lexicographer.dictionary.zip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Reads a buffer as a file, no more than a number of bytes until {@link #lift}. */
final class BufferChannel implements SeekableByteChannel {

    private final ByteBuffer bytes;
    private long position;
    private long allowance;

    BufferChannel(ByteBuffer bytes, long allowance) {
        this.bytes = bytes.slice();
        this.allowance = allowance;
    }

    /** Lets any number of bytes be read from now on. */
    void lift() {
        allowance = Long.MAX_VALUE;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (position >= bytes.limit()) {
            return -1;
        }
        int count = Math.min(target.remaining(), bytes.limit() - (int) position);
        allowance -= count;
        if (allowance < 0) {
            throw new IOException("the directory takes too many bytes");
        }
        target.put(bytes.slice((int) position, count));
        position += count;
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        if (newPosition < 0) {
            throw new IllegalArgumentException("position negative: found=" + newPosition);
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return bytes.limit();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // The buffer is the caller's.
    }
}
