package org.lexicographer.tokenizer.service;

import static java.util.Objects.requireNonNull;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.pipeline.ObjectKeys;

/** Ready when the object store answers. */
@Readiness
@ApplicationScoped
public class ObjectStoreReadiness implements HealthCheck {

    private final MinioObjectStore store;

    /** Takes the store to ask. */
    public ObjectStoreReadiness(MinioObjectStore store) {
        this.store = requireNonNull(store, "store is null");
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("object-store").withData("bucket", store.bucket());
        try {
            store.stat(ObjectKeys.RUNS);
            return response.up().build();
        } catch (ObjectStoreException e) {
            return response.down().withData("reason", e.getMessage()).build();
        }
    }
}
