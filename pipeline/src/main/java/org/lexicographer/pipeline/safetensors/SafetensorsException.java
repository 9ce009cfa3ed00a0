package org.lexicographer.pipeline.safetensors;

/** A file, folder or tensor that can't be used as asked; the message says what is wrong with it. */
public final class SafetensorsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message of the form {@code rule: name=value}. */
    public SafetensorsException(String message) {
        super(message);
    }

    /** Creates an exception with a message of the form {@code rule: name=value} and its cause. */
    public SafetensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
