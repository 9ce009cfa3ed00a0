package org.lexicographer.eval.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads JSON that a user sends, up to a limit. */
public final class RequestBytes {

    private static final int MOST = 10 << 20;

    private RequestBytes() {}

    /**
     * Returns all of a body.
     *
     * @throws TooLargeException when it is above the limit
     */
    public static byte[] whole(InputStream json) {
        try {
            byte[] bytes = json.readNBytes(MOST + 1);
            if (bytes.length > MOST) {
                throw new TooLargeException(
                        "text too large: most=%d bytes of JSON".formatted(MOST));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("request not readable", e);
        }
    }
}
