package org.lexicographer.objectstore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Content that is read from its beginning again each time an upload is repeated. */
public interface UploadSource {

    /** Returns its number of bytes. */
    long size() throws IOException;

    /** Returns its bytes from the first one on; whoever opens it closes it. */
    InputStream open() throws IOException;

    /** Returns the content of a file; errors in reading it name the file. */
    static UploadSource of(Path file) {
        return new FileSource(file);
    }

    /** Returns content that is in memory. */
    static UploadSource of(byte[] content) {
        return new BytesSource(content);
    }

    /**
     * Content in memory.
     *
     * @param content all of it
     */
    record BytesSource(byte[] content) implements UploadSource {

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(content);
        }
    }

    /**
     * A file's content.
     *
     * @param file where it is
     */
    record FileSource(Path file) implements UploadSource {

        @Override
        public long size() throws IOException {
            return Files.size(file);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public String toString() {
            return "file=" + file;
        }
    }
}
