package org.lexicographer.runtime;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import org.lexicographer.pipeline.stream.KafkaConnection;

/**
 * The one connection to the brokers: every setting {@code kafka.*}, which the channels take too.
 */
@Singleton
public final class KafkaBeans {

    @Produces
    @Singleton
    KafkaConnection connection(@Identifier("default-kafka-broker") Map<String, Object> settings) {
        return KafkaConnection.of(settings);
    }
}
