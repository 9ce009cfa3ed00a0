package org.lexicographer.dictionary.zip;

import org.lexicographer.dictionary.DictionaryException;

/** Thrown for bytes that have no readable central directory, as no zip or one that was cut. */
public final class UnreadableZipException extends DictionaryException {

    private static final long serialVersionUID = 1L;

    UnreadableZipException(String message, Throwable cause) {
        super(message, cause);
    }
}
