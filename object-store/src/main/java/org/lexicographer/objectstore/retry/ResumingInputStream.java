package org.lexicographer.objectstore.retry;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/**
 * The content of an object that is opened again where it broke off. The object must not change
 * meanwhile.
 */
final class ResumingInputStream extends InputStream {

    private final Retry retry;
    private final LongFunction<InputStream> openAfter;
    private InputStream source;
    private long bytesRead;

    /**
     * Opens the content.
     *
     * @param openAfter opens what is left of the content after that many bytes
     */
    ResumingInputStream(Retry retry, LongFunction<InputStream> openAfter) {
        this.retry = retry;
        this.openAfter = openAfter;
        this.source = retry.call(() -> openAfter.apply(0));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            int read = retry.call(() -> readOnce(bytes, offset, length));
            bytesRead += Math.max(read, 0);
            return read;
        } catch (ObjectStoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private int readOnce(byte[] bytes, int offset, int length) {
        if (source == null) {
            source = openAfter.apply(bytesRead);
        }
        try {
            return source.read(bytes, offset, length);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private RetryableObjectStoreException broken(IOException e) {
        try {
            close();
        } catch (IOException onClose) {
            e.addSuppressed(onClose);
        }
        source = null;
        return new RetryableObjectStoreException(
                "object content broke off: bytesRead=%d, reason=%s".formatted(bytesRead, e), e);
    }

    @Override
    public void close() throws IOException {
        if (source != null) {
            source.close();
        }
    }
}
