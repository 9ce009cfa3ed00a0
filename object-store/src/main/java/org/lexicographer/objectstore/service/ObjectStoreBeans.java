package org.lexicographer.objectstore.service;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.retry.RetryClock;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.objectstore.s3.S3Settings;
import org.lexicographer.objectstore.s3.UnfinishedUploads;

/**
 * Connects to the object store twice: for those who answer somebody, who are told of an outage
 * within seconds, and for those who work on something, who wait it out.
 */
@Singleton
public final class ObjectStoreBeans {

    private final ObjectStoreConfig config;
    private final S3Settings settings;

    ObjectStoreBeans(ObjectStoreConfig config, Config all) {
        this.config = config;
        settings = new S3Settings(name -> all.getOptionalValue(name, String.class));
    }

    private S3Endpoint endpoint() {
        return settings.endpoint();
    }

    /**
     * Returns the bucket that the settings name; a request that fails, or is not answered for ten
     * seconds, is not repeated.
     */
    @Produces
    @Singleton
    MinioObjectStore prompt() {
        return MinioObjectStore.of(endpoint().prompt(), config.bucket());
    }

    /** Returns what killed processes have left in the bucket. */
    @Produces
    @Singleton
    UnfinishedUploads unfinishedUploads() {
        return UnfinishedUploads.of(endpoint().prompt(), config.bucket());
    }

    /**
     * Returns the same bucket; a request that fails for an outage is repeated for two minutes.
     *
     * @param clock what repetitions wait by
     */
    @Produces
    @Singleton
    @Patient
    ObjectStore patient(RetryClock clock) {
        return RetryingObjectStore.wrap(
                MinioObjectStore.of(endpoint(), config.bucket()), RetryPolicy.STANDARD, clock);
    }
}
