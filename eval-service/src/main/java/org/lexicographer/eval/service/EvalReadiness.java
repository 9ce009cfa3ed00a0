package org.lexicographer.eval.service;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;

/** Ready while the object store answers; Kafka has a check of its own. */
@Readiness
@ApplicationScoped
public class EvalReadiness implements HealthCheck {

    private static final String PROBE = "readiness";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private final MinioObjectStore store;

    EvalReadiness(ObjectStoreConfig config) {
        // Without retries: a check that waits out an outage would not tell of it.
        S3Endpoint endpoint =
                new S3Endpoint(
                        config.endpoint(),
                        config.region(),
                        config.accessKey(),
                        config.secretKey(),
                        CONNECT_TIMEOUT,
                        ANSWER_TIMEOUT);
        store = MinioObjectStore.of(endpoint, config.bucket());
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("object store");
        try {
            store.stat(PROBE);
            return answer.up().build();
        } catch (ObjectStoreException e) {
            return answer.down().withData("reason", e.getMessage()).build();
        }
    }
}
