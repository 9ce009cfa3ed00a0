package org.lexicographer.tokenizer.stream;

import java.util.OptionalLong;

/** Thrown when a run cannot be tokenized, however often it is tried. */
public final class RunFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient OptionalLong lostBlock;

    public RunFailedException(String message) {
        this(message, null);
    }

    public RunFailedException(String message, Throwable cause) {
        super(message, cause);
        lostBlock = OptionalLong.empty();
    }

    /** Creates the exception for a token block that is stored no more, or not as it was. */
    public RunFailedException(long lostBlock, String message, Throwable cause) {
        super(message, cause);
        this.lostBlock = OptionalLong.of(lostBlock);
    }

    /** Returns the number of the token block that is lost, if that is the reason. */
    public OptionalLong lostBlock() {
        return lostBlock;
    }
}
