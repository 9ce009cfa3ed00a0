package org.lexicographer.dictionary;

/** Thrown when a dictionary's data, or data given to a dictionary, cannot be used as they are. */
public class DictionaryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the message names the rule, then expected and found values. */
    public DictionaryException(String message) {
        super(message);
    }

    /** Creates the exception with what led to it. */
    public DictionaryException(String message, Throwable cause) {
        super(message, cause);
    }
}
