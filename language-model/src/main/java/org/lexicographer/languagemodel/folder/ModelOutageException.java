package org.lexicographer.languagemodel.folder;

/**
 * A language model that can't be had at the moment, though there may be nothing wrong with it: this
 * machine's disk is full, or somebody is writing the folder right now.
 */
public final class ModelOutageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message of the form {@code rule: name=value}. */
    public ModelOutageException(String message) {
        super(message);
    }

    /** Creates an exception with a message of the form {@code rule: name=value} and its cause. */
    public ModelOutageException(String message, Throwable cause) {
        super(message, cause);
    }
}
