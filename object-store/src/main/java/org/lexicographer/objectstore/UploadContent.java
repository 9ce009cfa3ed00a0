package org.lexicographer.objectstore;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The content of an upload: counts what it yields, holds it against the declared size and remembers
 * why it failed, so that a failure of the caller's stream is told from one of the store.
 */
public final class UploadContent extends InputStream {

    static final long UNKNOWN_SIZE = -1;

    private final InputStream source;
    private final long declaredSize;
    private volatile long size;
    private volatile IOException failure;

    /** Counts what a stream yields against the size that was declared, or -1. */
    public UploadContent(InputStream source, long declaredSize) {
        this.source = source;
        this.declaredSize = declaredSize;
    }

    /** Returns the number of bytes read so far. */
    public long size() {
        return size;
    }

    /** Throws what the caller's stream failed with, if it failed. */
    public void throwFailure() {
        if (failure != null) {
            throw new UncheckedIOException(failure.getMessage(), failure);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return counted(source.read(bytes, offset, length));
        } catch (IOException e) {
            failure = e;
            throw e;
        } catch (RuntimeException e) {
            failure = new IOException("content cannot be read: reason=" + e.getMessage(), e);
            throw failure;
        }
    }

    private int counted(int read) throws IOException {
        size += Math.max(read, 0);
        if (declaredSize != UNKNOWN_SIZE && (size > declaredSize || isShort(read))) {
            throw new EOFException(
                    "content size mismatch: expected=%d, found=%s%d"
                            .formatted(declaredSize, size > declaredSize ? "at least " : "", size));
        }
        return read;
    }

    private boolean isShort(int read) {
        return read < 0 && size < declaredSize;
    }

    /** The source stays open: it is the caller's. */
    @Override
    public void close() {
        // nothing of its own
    }
}
