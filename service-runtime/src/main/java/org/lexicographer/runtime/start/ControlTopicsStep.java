package org.lexicographer.runtime.start;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import org.lexicographer.pipeline.stream.ControlTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;

/** Creates the topics of the control messages, so that any service can be the first to start. */
@Singleton
public final class ControlTopicsStep implements StartStep {

    private final KafkaConnection kafka;

    ControlTopicsStep(KafkaConnection kafka) {
        this.kafka = requireNonNull(kafka, "kafka is null");
    }

    @Override
    public String name() {
        return "Kafka at " + kafka.addresses();
    }

    @Override
    public int order() {
        return COMMON;
    }

    @Override
    public void take() {
        ControlTopics.ensure(kafka);
    }
}
