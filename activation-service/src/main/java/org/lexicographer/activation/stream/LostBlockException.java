package org.lexicographer.activation.stream;

/** Thrown when a token block is not where it has to be: it is lost, so the run cannot go on. */
public final class LostBlockException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long sequence;

    LostBlockException(long sequence, String message, Throwable cause) {
        super(message, cause);
        this.sequence = sequence;
    }

    /** Returns the number of the block. */
    public long sequence() {
        return sequence;
    }
}
