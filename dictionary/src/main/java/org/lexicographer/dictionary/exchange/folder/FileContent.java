package org.lexicographer.dictionary.exchange.folder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** What a file holds, ready to be written, as often as wanted, without a copy of the whole. */
@FunctionalInterface
public interface FileContent {

    /**
     * Writes all of it; the stream stays open.
     *
     * @throws IOException when the stream fails
     */
    void writeTo(OutputStream out) throws IOException;

    /** Returns all of it. */
    default byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
