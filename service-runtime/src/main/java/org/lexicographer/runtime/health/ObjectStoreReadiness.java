package org.lexicographer.runtime.health;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.service.ObjectStoreConfig;

/** Ready while the object store answers. */
@Readiness
@Singleton
public final class ObjectStoreReadiness implements HealthCheck {

    private static final String ANY_KEY = "readiness";

    private final PromptCheck check;

    ObjectStoreReadiness(MinioObjectStore store, ObjectStoreConfig config) {
        check = new PromptCheck("object store", config.endpoint(), () -> store.stat(ANY_KEY));
    }

    @Override
    public HealthCheckResponse call() {
        return check.call();
    }
}
