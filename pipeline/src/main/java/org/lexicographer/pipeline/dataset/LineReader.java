package org.lexicographer.pipeline.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Cuts bytes into lines, of which it holds one at a time and no more than a limit of that. */
final class LineReader {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int TYPICAL_LINE_BYTES = 1 << 10;

    private final InputStream source;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long linesRead;

    LineReader(InputStream source, int maxBytes) {
        this.source = source;
        this.maxBytes = maxBytes;
    }

    /**
     * One line without its line feed.
     *
     * @param number the number of the line, from 1
     * @param bytes the line, or its beginning when it is longer than the limit
     * @param length the length of the whole line in bytes
     */
    record Line(long number, byte[] bytes, long length) {

        boolean isCut() {
            return length > bytes.length;
        }
    }

    /** Returns the number of the line that is read next, from 1. */
    long nextNumber() {
        return linesRead + 1;
    }

    Optional<Line> next() throws IOException {
        if (!fill()) {
            return Optional.empty();
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream(TYPICAL_LINE_BYTES);
        long length = 0;
        boolean terminated = false;
        while (!terminated && fill()) {
            int end = lineFeed();
            keep(kept, end);
            length += end - position;
            terminated = end < limit;
            position = terminated ? end + 1 : end;
        }
        linesRead++;
        return Optional.of(new Line(linesRead, kept.toByteArray(), length));
    }

    private void keep(ByteArrayOutputStream kept, int end) {
        kept.write(buffer, position, Math.min(end - position, maxBytes - kept.size()));
    }

    private int lineFeed() {
        int at = position;
        while (at < limit && buffer[at] != '\n') {
            at++;
        }
        return at;
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, source.read(buffer));
        }
        return limit > 0;
    }
}
