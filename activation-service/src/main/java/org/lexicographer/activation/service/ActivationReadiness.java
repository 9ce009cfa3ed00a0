package org.lexicographer.activation.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;

/** Ready while the object store answers; Kafka has a check of its own. */
@Readiness
@ApplicationScoped
public class ActivationReadiness implements HealthCheck {

    private static final String NAME = "object store";
    private static final String PROBE = "readiness";

    private final ObjectStore objects;

    ActivationReadiness(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            objects.stat(PROBE);
            return HealthCheckResponse.up(NAME);
        } catch (ObjectStoreException e) {
            return HealthCheckResponse.named(NAME).down().withData("reason", reason(e)).build();
        }
    }

    private static String reason(ObjectStoreException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
