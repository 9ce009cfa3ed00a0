package org.lexicographer.trainer;

/** Thrown when training has left the finite numbers; more steps would not bring it back. */
public final class DivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the recipe, the site and the step. */
    public DivergedException(String message) {
        super(message);
    }
}
