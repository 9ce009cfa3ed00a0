package org.lexicographer.pipeline.safetensors;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** The bytes of some buffers, one after the other. Moves their positions. */
final class BufferStream extends InputStream {

    private final Iterator<ByteBuffer> rest;
    private ByteBuffer now = ByteBuffer.allocate(0);

    BufferStream(List<ByteBuffer> buffers) {
        rest = buffers.iterator();
    }

    @Override
    public int read() {
        return hasMore() ? Byte.toUnsignedInt(now.get()) : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
        Objects.checkFromIndexSize(from, length, target.length);
        int read = 0;
        while (read < length && hasMore()) {
            int count = Math.min(length - read, now.remaining());
            now.get(target, from + read, count);
            read += count;
        }
        return read == 0 && length > 0 ? -1 : read;
    }

    private boolean hasMore() {
        while (!now.hasRemaining() && rest.hasNext()) {
            now = rest.next();
        }
        return now.hasRemaining();
    }
}
