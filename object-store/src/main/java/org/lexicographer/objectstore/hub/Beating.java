package org.lexicographer.objectstore.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A content whose reader shows that it is alive. */
final class Beating extends FilterInputStream {

    private final Runnable beat;

    Beating(InputStream content, Runnable beat) {
        super(content);
        this.beat = beat;
    }

    @Override
    public int read() throws IOException {
        beat.run();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        beat.run();
        return super.read(bytes, offset, length);
    }
}
