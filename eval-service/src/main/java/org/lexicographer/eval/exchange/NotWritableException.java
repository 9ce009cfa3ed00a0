package org.lexicographer.eval.exchange;

import java.io.IOException;
import java.nio.file.Path;

/** This machine has no room for a temporary file, or does not let it be written: it may pass. */
public final class NotWritableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception for a file or folder. */
    public NotWritableException(Path file, IOException cause) {
        super("temporary file not writable: reason=%s, file=%s".formatted(cause, file), cause);
    }
}
