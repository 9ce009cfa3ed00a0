package org.lexicographer.tokenizer.dataset;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The content of a Zstandard file of any number of frames (RFC 8878).
 *
 * <p>Unlike the library's own stream, this reader does not take a later frame that is cut off for
 * the end of the file, and it hands out everything in front of the cut before it throws.
 */
final class ZstdFrames extends InputStream {

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream file;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final byte[] chunk = new byte[BUFFER_BYTES];
    private final ByteBuffer compressed = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private final ByteBuffer content = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private boolean inFrame;

    ZstdFrames(InputStream file) {
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        return ensureContent() ? Byte.toUnsignedInt(content.get()) : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ensureContent()) {
            return -1;
        }
        int count = Math.min(length, content.remaining());
        content.get(bytes, offset, count);
        return count;
    }

    private boolean ensureContent() throws IOException {
        boolean more = true;
        while (!content.hasRemaining() && more) {
            more = compressed.hasRemaining() || fill();
            if (more || inFrame) {
                decompress();
            }
        }
        if (!content.hasRemaining() && inFrame) {
            throw new EOFException("zstd frame cut off");
        }
        return content.hasRemaining();
    }

    private boolean fill() throws IOException {
        int count = file.read(chunk);
        compressed.clear();
        compressed.put(chunk, 0, Math.max(0, count)).flip();
        return count > 0;
    }

    /** Without input it yields what the library still holds. */
    private void decompress() throws IOException {
        content.clear();
        try {
            inFrame = !context.decompressDirectByteBufferStream(content, compressed);
        } catch (ZstdException e) {
            content.position(0);
            throw new IOException("zstd frame corrupt: reason=" + e.getMessage(), e);
        } finally {
            content.flip();
        }
    }

    @Override
    public void close() throws IOException {
        context.close();
        file.close();
    }
}
