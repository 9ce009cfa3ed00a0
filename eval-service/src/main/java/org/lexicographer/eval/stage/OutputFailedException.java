package org.lexicographer.eval.stage;

/** Thrown when an announcement may not have arrived; announcing again later may help. */
public final class OutputFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public OutputFailedException(Throwable cause) {
        super("announcement failed: reason=" + cause.getMessage(), cause);
    }
}
