package org.lexicographer.eval.store;

/** Thrown when something is to be stored under a name that is taken; the message says by what. */
public final class NameTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NameTakenException(String message) {
        super(message);
    }
}
