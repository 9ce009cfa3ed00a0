package org.lexicographer.runtime.start;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the service has started; says what it waits for until then. */
@Readiness
@Singleton
public final class StartReadiness implements HealthCheck {

    private final ServiceStart start;

    StartReadiness(ServiceStart start) {
        this.start = requireNonNull(start, "start is null");
    }

    @Override
    public HealthCheckResponse call() {
        return start.missing()
                .map(
                        missing ->
                                HealthCheckResponse.named("start")
                                        .down()
                                        .withData("missing", missing.what())
                                        .withData("reason", missing.reason())
                                        .build())
                .orElseGet(() -> HealthCheckResponse.up("start"));
    }
}
