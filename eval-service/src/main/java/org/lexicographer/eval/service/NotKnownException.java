package org.lexicographer.eval.service;

/** Thrown when a request names something that does not exist; the message names it. */
public final class NotKnownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public NotKnownException(String message) {
        super(message);
    }
}
