package org.lexicographer.eval.exchange;

/** Thrown when a request brings more than is read; the message names the limit. */
public final class TooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TooLargeException(String message) {
        super(message);
    }
}
