package org.lexicographer.trainer.checkpoint;

/** Thrown when another trainer has taken over the job, so that this one must stop. */
public final class JobLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the generation that was expected. */
    public JobLostException(String message) {
        super(message);
    }
}
