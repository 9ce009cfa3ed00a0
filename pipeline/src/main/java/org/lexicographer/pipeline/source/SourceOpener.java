package org.lexicographer.pipeline.source;

import java.io.IOException;
import java.io.InputStream;

/**
 * Opens files by their addresses. An outage, which may pass, is an unchecked exception of whoever
 * implements this, from {@link #open} and from the stream; every {@link IOException} is final.
 */
public interface SourceOpener {

    /**
     * Opens a file as it is stored; the caller closes the stream.
     *
     * @throws IOException when there is no such file, or it may not be read
     */
    InputStream open(SourceUri uri) throws IOException;

    /**
     * Opens a file of which parts are read in any order; the caller closes it. Whoever cannot read
     * parts takes a copy of the whole, on this machine's disk.
     *
     * @throws IOException when there is no such file, or it may not be read
     */
    default SourceContent openAt(SourceUri uri) throws IOException {
        try (InputStream whole = open(uri)) {
            return FileContent.copyOf(whole);
        }
    }
}
