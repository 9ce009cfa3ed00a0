package org.lexicographer.activation.service;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;

/** Connects to the object store. */
@ApplicationScoped
public class ObjectStoreProducer {

    /** Returns the bucket of the runs; a request that fails is not repeated. */
    @Produces
    @ApplicationScoped
    public ObjectStore objects(ObjectStoreConfig config) {
        S3Endpoint endpoint =
                S3Endpoint.of(
                        config.endpoint(), config.region(), config.accessKey(), config.secretKey());
        return MinioObjectStore.of(endpoint, config.bucket());
    }
}
