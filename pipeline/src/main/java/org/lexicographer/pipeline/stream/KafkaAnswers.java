package org.lexicographer.pipeline.stream;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;

/** Waits for what a broker answers and turns its errors into the exceptions they are. */
final class KafkaAnswers {

    private KafkaAnswers() {}

    /** Returns the answer. */
    static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the broker's answer was an error", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the broker", e);
        }
    }

    /** Returns the answer, or empty when it is the tolerated error. */
    static <T> Optional<T> await(
            KafkaFuture<T> future, Class<? extends RuntimeException> tolerated) {
        try {
            return Optional.ofNullable(await(future));
        } catch (RuntimeException e) {
            if (tolerated.isInstance(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
