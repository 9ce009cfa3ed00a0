package org.lexicographer.trainer.service;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;

/** Connects to the object store; an outage is waited out. */
@ApplicationScoped
public class ObjectStoreProducer {

    /** Returns the store's bucket of runs, dictionaries and checkpoints. */
    @Produces
    @ApplicationScoped
    public ObjectStore objects(ObjectStoreConfig config) {
        S3Endpoint endpoint =
                S3Endpoint.of(
                        config.endpoint(), config.region(), config.accessKey(), config.secretKey());
        return RetryingObjectStore.wrap(
                MinioObjectStore.of(endpoint, config.bucket()), RetryPolicy.STANDARD);
    }
}
