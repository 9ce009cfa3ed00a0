package org.lexicographer.objectstore;

/**
 * A request to the object store that failed; the subtypes, all in this package, tell what to do
 * next.
 */
public abstract class ObjectStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ObjectStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
