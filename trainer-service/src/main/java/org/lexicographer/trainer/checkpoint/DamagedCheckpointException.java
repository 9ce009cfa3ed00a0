package org.lexicographer.trainer.checkpoint;

/** Thrown when a checkpoint's objects are not what its manifest says. */
public final class DamagedCheckpointException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the rule, then expected and found values. */
    public DamagedCheckpointException(String message) {
        super(message);
    }
}
