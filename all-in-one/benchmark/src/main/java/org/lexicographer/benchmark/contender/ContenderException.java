package org.lexicographer.benchmark.contender;

/** Thrown when a contender cannot do its work. */
public final class ContenderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ContenderException(String message) {
        super(message);
    }

    ContenderException(String message, Throwable cause) {
        super(message, cause);
    }
}
