package org.lexicographer.trainer.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;

/**
 * Ready while the object store answers and the replica takes part; Kafka has a check of its own.
 */
@Readiness
@ApplicationScoped
public class TrainerReadiness implements HealthCheck {

    private static final String PROBE = "readiness";

    private final TrainerLifecycle lifecycle;
    private final MinioObjectStore objects;

    TrainerReadiness(TrainerLifecycle lifecycle, ObjectStoreConfig config) {
        this.lifecycle = lifecycle;
        // Without retries: a check that waits out an outage would not tell of it.
        objects =
                MinioObjectStore.of(
                        S3Endpoint.of(
                                config.endpoint(),
                                config.region(),
                                config.accessKey(),
                                config.secretKey()),
                        config.bucket());
    }

    @Override
    public HealthCheckResponse call() {
        try {
            objects.stat(PROBE);
            return HealthCheckResponse.named("trainer")
                    .status(lifecycle.replica().isAlive())
                    .build();
        } catch (ObjectStoreException e) {
            return HealthCheckResponse.named("trainer")
                    .down()
                    .withData("objectStore", e.getMessage())
                    .build();
        }
    }
}
