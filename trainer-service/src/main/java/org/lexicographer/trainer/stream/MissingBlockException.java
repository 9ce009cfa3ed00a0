package org.lexicographer.trainer.stream;

/** Thrown when a block that is next in sequence can no longer come; the run cannot continue. */
public final class MissingBlockException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the missing number and what came instead. */
    public MissingBlockException(String message) {
        super(message);
    }
}
