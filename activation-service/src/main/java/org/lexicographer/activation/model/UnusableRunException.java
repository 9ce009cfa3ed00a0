package org.lexicographer.activation.model;

/** Thrown when a run cannot continue, however often it is tried; the message says why. */
public final class UnusableRunException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnusableRunException(String message) {
        super(message);
    }

    public UnusableRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
