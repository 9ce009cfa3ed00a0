package org.lexicographer.languagemodel.folder;

/** A model folder that can't be used; the message says what was expected and what was found. */
public final class InvalidModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message of the form {@code rule: name=value}. */
    public InvalidModelException(String message) {
        super(message);
    }

    /** Creates an exception with a message of the form {@code rule: name=value} and its cause. */
    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
