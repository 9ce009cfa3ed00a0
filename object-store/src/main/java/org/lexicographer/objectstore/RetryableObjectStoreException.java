package org.lexicographer.objectstore;

/**
 * The store, or the hub that it is filled from, was out of reach, too slow or in trouble of its
 * own: the same request may succeed later. Whether it took effect is not known.
 */
public final class RetryableObjectStoreException extends ObjectStoreException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the cause may be null. */
    public RetryableObjectStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
