package org.lexicographer.tokenizer.stream;

/** Thrown when a run cannot be tokenized, however often it is tried. */
public final class RunFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the rule, then expected and found values. */
    public RunFailedException(String message) {
        super(message);
    }

    /** Creates the exception with the rule, then expected and found values, and a cause. */
    public RunFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
