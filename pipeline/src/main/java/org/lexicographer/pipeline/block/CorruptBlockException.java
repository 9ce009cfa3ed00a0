package org.lexicographer.pipeline.block;

/** Thrown when bytes are not the block they should be; reading them again will not help. */
public final class CorruptBlockException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the rule, then expected and found values. */
    public CorruptBlockException(String message) {
        super(message);
    }
}
