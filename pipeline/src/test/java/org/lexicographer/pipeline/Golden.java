package org.lexicographer.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The files that hold messages and stored objects as they have been since the first release. */
public final class Golden {

    private Golden() {}

    /** Returns a file's text, without the line's end. */
    public static String text(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".json")) {
            if (in == null) {
                throw new AssertionError("no golden file: name=" + name);
            }
            return new String(in.readAllBytes(), UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException("golden file not readable: name=" + name, e);
        }
    }
}
