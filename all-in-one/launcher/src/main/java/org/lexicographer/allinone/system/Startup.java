package org.lexicographer.allinone.system;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.lexicographer.pipeline.stream.ControlTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;

/** Waiting for parts of the system. */
final class Startup {

    /** Ends a wait for something that never comes; it says nothing about how fast a machine is. */
    private static final Duration BOUND = Duration.ofMinutes(20);

    private static final Duration PAUSE = Duration.ofMillis(150);

    private Startup() {}

    /**
     * Waits for a condition.
     *
     * @param what what is waited for, for the message
     * @throws IllegalStateException when it has not come true after twenty minutes
     */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "waited in vain: for=%s, minutes=%d".formatted(what, BOUND.toMinutes()));
            }
            pause();
        }
    }

    /** Waits until the broker has the control topics, and creates those that are missing. */
    static void awaitTopics(String bootstrapServers) {
        KafkaConnection kafka = KafkaConnection.plaintext(bootstrapServers);
        await("the broker to take topics", () -> tookTopics(kafka));
    }

    private static boolean tookTopics(KafkaConnection kafka) {
        try {
            ControlTopics.ensure(kafka);
            return true;
        } catch (RetriableException | InvalidReplicationFactorException stillStarting) {
            return false;
        }
    }

    static void pause() {
        LockSupport.parkNanos(PAUSE.toNanos());
    }
}
