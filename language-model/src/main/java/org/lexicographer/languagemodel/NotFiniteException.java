package org.lexicographer.languagemodel;

/**
 * A forward pass that gave numbers that are infinite or not numbers; the message says where. No
 * figure is computed from them.
 */
public final class NotFiniteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message of the form {@code rule: name=value}. */
    public NotFiniteException(String message) {
        super(message);
    }
}
