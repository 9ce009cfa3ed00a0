package org.lexicographer.runtime.health;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Alive while all workers are: nobody else does the work of a thread that has died. */
@Liveness
@Singleton
public final class WorkerLiveness implements HealthCheck {

    private final List<Worker> workers;

    WorkerLiveness(@All List<Worker> workers) {
        this.workers = List.copyOf(workers);
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("workers");
        for (Worker worker : workers) {
            response.withData(worker.name(), worker.isWell() ? "alive" : "dead");
        }
        return response.status(workers.stream().allMatch(Worker::isWell)).build();
    }
}
