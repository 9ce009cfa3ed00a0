package org.lexicographer.trainer.recipe;

/** Thrown where a number of training is found not to be finite, with its place and its value. */
public final class NotFiniteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the quantity, where it was found, and its value. */
    public NotFiniteException(String message) {
        super(message);
    }
}
