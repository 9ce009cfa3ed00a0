package org.lexicographer.testing;

import java.util.Map;

/** Kafka clients of tests, which give up when {@link Await} does and no sooner. */
public final class PatientClients {

    private PatientClients() {}

    /** Returns the settings of consumers, producers and admin clients of a broker. */
    public static Map<String, Object> settings(String bootstrapServers) {
        int bound = Math.toIntExact(Await.BOUND.toMillis());
        return Map.of(
                "bootstrap.servers", bootstrapServers,
                "default.api.timeout.ms", bound,
                "max.block.ms", bound,
                "delivery.timeout.ms", bound);
    }
}
