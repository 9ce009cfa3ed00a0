package org.lexicographer.runtime.health;

import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.objectstore.service.ObjectStoreConfig;

/** Ready while the object store answers. */
@Readiness
@Singleton
public final class ObjectStoreReadiness implements HealthCheck {

    private static final String ANY_KEY = "readiness";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private final PromptCheck check;

    ObjectStoreReadiness(ObjectStoreConfig config) {
        // A client of its own: one that waits for minutes, or repeats, would not tell of an outage.
        S3Endpoint endpoint =
                new S3Endpoint(
                        config.endpoint(),
                        config.region(),
                        config.accessKey(),
                        config.secretKey(),
                        CONNECT_TIMEOUT,
                        ANSWER_TIMEOUT);
        MinioObjectStore store = MinioObjectStore.of(endpoint, config.bucket());
        check = new PromptCheck("object store", config.endpoint(), () -> store.stat(ANY_KEY));
    }

    @Override
    public HealthCheckResponse call() {
        return check.call();
    }
}
