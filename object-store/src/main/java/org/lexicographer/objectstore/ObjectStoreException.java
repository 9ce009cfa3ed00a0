package org.lexicographer.objectstore;

/** A request to the object store that failed; the subtypes tell what to do next. */
public abstract sealed class ObjectStoreException extends RuntimeException
        permits ObjectNotFoundException,
                RefusedObjectStoreException,
                RetryableObjectStoreException {

    private static final long serialVersionUID = 1L;

    ObjectStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
