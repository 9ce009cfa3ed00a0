package org.lexicographer.runtime;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.lexicographer.pipeline.stream.KafkaConnection;

/**
 * The one connection to the brokers: every setting {@code kafka.*}, which the channels take too.
 */
@Singleton
public final class KafkaBeans {

    @Produces
    @Singleton
    KafkaConnection connection(
            @Identifier("default-kafka-broker") Map<String, Object> settings,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        Map<String, Object> own = new HashMap<>(settings);
        own.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, service);
        return KafkaConnection.of(own);
    }
}
