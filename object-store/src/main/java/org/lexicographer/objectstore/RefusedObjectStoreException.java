package org.lexicographer.objectstore;

/**
 * The store understood the request and refuses it: credentials, a missing bucket, a bad name.
 * Asking again does not help; somebody has to change the settings or the request.
 */
public final class RefusedObjectStoreException extends ObjectStoreException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the cause may be null. */
    public RefusedObjectStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
