package org.lexicographer.pipeline.stream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Asks the brokers whether they take this client. For use by one thread at a time. */
public final class BrokerProbe implements AutoCloseable {

    private static final Map<String, Object> ANSWER_SOON =
            Map.of(
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 3_000,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);

    private final KafkaConnection kafka;
    private Admin admin;

    /** Takes the connection to ask over; nothing is asked yet. */
    public BrokerProbe(KafkaConnection kafka) {
        this.kafka = requireNonNull(kafka, "kafka is null");
    }

    /**
     * Returns when a broker has answered.
     *
     * @throws org.apache.kafka.common.KafkaException when none does within five seconds, or it
     *     refuses the client
     */
    public synchronized void ask() {
        if (admin == null) {
            admin = kafka.admin(ANSWER_SOON);
        }
        KafkaAnswers.await(admin.describeCluster().nodes());
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
