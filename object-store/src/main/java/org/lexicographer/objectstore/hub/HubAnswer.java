package org.lexicographer.objectstore.hub;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.OptionalLong;

/**
 * An answer with content.
 *
 * @param uri who gave it, behind all redirects
 * @param isPart whether the content begins where it was asked to, not at its beginning
 * @param headers what is said of it
 * @param body the content; closed with the answer
 */
record HubAnswer(URI uri, boolean isPart, HttpHeaders headers, InputStream body)
        implements Closeable {

    /** Returns how many bytes are to come, where that is said. */
    OptionalLong length() {
        return headers.firstValueAsLong("Content-Length");
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
