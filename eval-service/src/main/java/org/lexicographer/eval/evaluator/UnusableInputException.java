package org.lexicographer.eval.evaluator;

/**
 * Thrown when something cannot be evaluated as it is, and trying again would not help; the message
 * names the rule, then expected and found values.
 */
public final class UnusableInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnusableInputException(String message) {
        super(message);
    }

    public UnusableInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
