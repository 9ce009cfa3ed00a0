package org.lexicographer.objectstore;

/** There is no object under the key: asking again helps only after somebody has put one there. */
public final class ObjectNotFoundException extends ObjectStoreException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception for a key of a bucket; the cause may be null. */
    public ObjectNotFoundException(String bucket, String key, Throwable cause) {
        super("object not found: bucket=%s, key=%s".formatted(bucket, key), cause);
    }
}
