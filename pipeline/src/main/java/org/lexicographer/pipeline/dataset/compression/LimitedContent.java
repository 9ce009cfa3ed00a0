package org.lexicographer.pipeline.dataset.compression;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The content of a file, of which no more than a limit is handed out, however it is packed. */
public final class LimitedContent extends FilterInputStream {

    private final long maxBytes;
    private long bytes;

    /** Limits a content. */
    public LimitedContent(InputStream content, long maxBytes) {
        super(content);
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        bytes += Math.max(count, 0);
        if (bytes > maxBytes) {
            throw new IOException("content too large: most=%d bytes".formatted(maxBytes));
        }
        return count;
    }
}
