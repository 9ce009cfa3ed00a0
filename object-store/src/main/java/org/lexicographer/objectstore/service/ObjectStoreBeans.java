package org.lexicographer.objectstore.service;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;

/** Connects to the object store: once at once, and once with an outage waited out. */
@Singleton
public final class ObjectStoreBeans {

    /** Returns the bucket that the settings name; a request that fails is not repeated. */
    @Produces
    @Singleton
    MinioObjectStore atOnce(ObjectStoreConfig config) {
        S3Endpoint endpoint =
                S3Endpoint.of(
                        config.endpoint(), config.region(), config.accessKey(), config.secretKey());
        return MinioObjectStore.of(endpoint, config.bucket());
    }

    /** Returns the same bucket; a request that fails for an outage is repeated for two minutes. */
    @Produces
    @Singleton
    @Patient
    ObjectStore patient(MinioObjectStore atOnce) {
        return RetryingObjectStore.wrap(atOnce, RetryPolicy.STANDARD);
    }
}
