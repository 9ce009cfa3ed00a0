package org.lexicographer.pipeline.dataset.compression;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The content of a Zstandard file of any number of frames. The library mistakes a later frame that
 * is cut off for the end of the file; {@link ZstdFrames}, from which it gets its input, does not.
 *
 * <p>A window takes address space at once and memory as it fills, so a large one costs no more than
 * the frame's content.
 */
final class ZstdContent extends FilterInputStream {

    /** The largest window that the library reads is of 2 to this power. */
    private static final int MAX_WINDOW_LOG = 31;

    ZstdContent(InputStream file, long maxWindowBytes) throws IOException {
        super(
                new ZstdInputStreamNoFinalizer(
                                new ZstdFrames(
                                        file, Math.min(maxWindowBytes, 1L << MAX_WINDOW_LOG)))
                        .setLongMax(MAX_WINDOW_LOG));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (ZstdIOException e) {
            throw new IOException("zstd frame corrupt: reason=" + e.getMessage(), e);
        }
    }
}
