package org.lexicographer.objectstore.s3;

import static java.util.Objects.requireNonNull;

/** How the store encrypts what is written to it. What is there already can be read in any case. */
public sealed interface S3Encryption {

    /** As the bucket says. */
    record OfTheBucket() implements S3Encryption {}

    /** With keys that the store manages (SSE-S3). */
    record ByTheStore() implements S3Encryption {}

    /**
     * With a key of the store's key management (SSE-KMS).
     *
     * @param key the key's id
     */
    record ByKey(String key) implements S3Encryption {

        public ByKey {
            requireNonNull(key, "key is null");
        }
    }
}
