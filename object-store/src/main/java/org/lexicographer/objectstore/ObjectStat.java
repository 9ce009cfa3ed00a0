package org.lexicographer.objectstore;

import static java.util.Objects.requireNonNull;

/**
 * What is known of an object without reading it.
 *
 * @param key the object's key within its bucket
 * @param size the object's size in bytes
 * @param etag the entity tag without quotes; it changes whenever the content does
 */
public record ObjectStat(String key, long size, String etag) {

    public ObjectStat {
        requireNonNull(key, "key is null");
        requireNonNull(etag, "etag is null");
    }
}
