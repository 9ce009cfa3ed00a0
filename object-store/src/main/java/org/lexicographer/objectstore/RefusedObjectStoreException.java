package org.lexicographer.objectstore;

/**
 * The store, or the hub that it is filled from, understood the request and refuses it: credentials,
 * a missing bucket or repository, a bad name, content that is not what it should be. Asking again
 * does not help; somebody has to change the settings or the request.
 */
public final class RefusedObjectStoreException extends ObjectStoreException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the cause may be null. */
    public RefusedObjectStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
