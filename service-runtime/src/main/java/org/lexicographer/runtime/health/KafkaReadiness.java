package org.lexicographer.runtime.health;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.lexicographer.pipeline.stream.BrokerProbe;
import org.lexicographer.pipeline.stream.KafkaConnection;

/** Ready while the brokers accept this client; says why when they do not, as no channel does. */
@Readiness
@Singleton
public final class KafkaReadiness implements HealthCheck {

    private final BrokerProbe probe;
    private final PromptCheck check;

    KafkaReadiness(KafkaConnection kafka) {
        probe = new BrokerProbe(kafka);
        check = new PromptCheck("Kafka", kafka.addresses(), probe::ask);
    }

    @Override
    public HealthCheckResponse call() {
        return check.call();
    }

    @PreDestroy
    void close() {
        probe.close();
    }
}
