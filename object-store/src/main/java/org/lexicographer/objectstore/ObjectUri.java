package org.lexicographer.objectstore;

import static java.util.Objects.requireNonNull;

/**
 * An {@code s3://bucket/key} address.
 *
 * @param bucket the bucket's name
 * @param key the key, or a prefix ending in a slash; never empty
 */
public record ObjectUri(String bucket, String key) {

    private static final String SCHEME = "s3://";

    /** Checks the components. */
    public ObjectUri {
        requireNonNull(bucket, "bucket is null");
        requireNonNull(key, "key is null");
        if (bucket.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException(
                    "not an object address: expected=s3://bucket/key, found=s3://%s/%s"
                            .formatted(bucket, key));
        }
    }

    /** Tells whether the text is meant as an object address. */
    public static boolean isObjectUri(String uri) {
        return uri.startsWith(SCHEME);
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException when the text is not {@code s3://bucket/key}
     */
    public static ObjectUri parse(String uri) {
        int slash = uri.indexOf('/', SCHEME.length());
        if (!isObjectUri(uri) || slash < 0) {
            throw new IllegalArgumentException(
                    "not an object address: expected=s3://bucket/key, found=" + uri);
        }
        return new ObjectUri(uri.substring(SCHEME.length(), slash), uri.substring(slash + 1));
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + key;
    }
}
