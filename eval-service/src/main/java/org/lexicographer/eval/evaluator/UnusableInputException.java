package org.lexicographer.eval.evaluator;

/**
 * Thrown when something cannot be evaluated as it is, and trying again would not help; the message
 * names the rule, then expected and found values.
 */
public final class UnusableInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from the rule that was broken. */
    public UnusableInputException(String message) {
        super(message);
    }

    /** Creates the exception with what led to it. */
    public UnusableInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
