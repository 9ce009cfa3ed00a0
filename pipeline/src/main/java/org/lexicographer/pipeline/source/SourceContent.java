package org.lexicographer.pipeline.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The content of a file, of which any part can be read; several threads may read at once. */
public interface SourceContent extends Closeable {

    /** Returns the number of bytes. */
    long length();

    /**
     * Reads bytes; an outage is an unchecked exception of whoever implements this.
     *
     * @throws IOException when the bytes are not there
     */
    ByteBuffer read(long offset, int length) throws IOException;
}
