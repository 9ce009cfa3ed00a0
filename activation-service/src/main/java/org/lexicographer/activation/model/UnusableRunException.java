package org.lexicographer.activation.model;

/** Thrown when a run cannot go on, however often it is tried; the message says why. */
public final class UnusableRunException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the rule, then expected and found values. */
    public UnusableRunException(String message) {
        super(message);
    }

    /** Creates the exception with the reason and what was thrown first. */
    public UnusableRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
