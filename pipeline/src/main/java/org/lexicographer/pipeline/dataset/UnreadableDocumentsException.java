package org.lexicographer.pipeline.dataset;

import java.util.Optional;

/**
 * Thrown when a file, or the rest of it, cannot be read, and reading it again will not help. What
 * was read of it before stays good.
 */
public final class UnreadableDocumentsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** 0 when no line was reached. */
    private final long line;

    /** Creates the exception for a file of which no line was reached; the cause may be null. */
    public UnreadableDocumentsException(String reason, Throwable cause) {
        this(reason, 0, cause);
    }

    /** Creates the exception for a file that is good before a line, counted from 1. */
    public UnreadableDocumentsException(String reason, long line, Throwable cause) {
        super(reason, cause);
        this.line = line;
    }

    /** Returns the number of the line from which on nothing can be read. */
    public Optional<Long> line() {
        return line == 0 ? Optional.empty() : Optional.of(line);
    }
}
