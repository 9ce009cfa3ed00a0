package org.lexicographer.activation.stream;

/** Thrown when a block is not where it has to be: it is lost, so the run cannot continue. */
public final class LostBlockException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long sequence;

    LostBlockException(long sequence, String message, Throwable cause) {
        super(message, cause);
        this.sequence = sequence;
    }

    public long sequence() {
        return sequence;
    }
}
