package org.lexicographer.runtime;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** The brokers' word that they have stored a message. */
public final class BrokerReceipt {

    private static final int DEEPEST = 20;

    private BrokerReceipt() {}

    /**
     * Returns once the brokers have the message.
     *
     * @param send sends it
     * @throws KafkaException when they do not have it, or have not said so in time; the client's
     *     own exception, whatever the layers above have put around it
     */
    public static void await(Supplier<? extends CompletionStage<?>> send, Duration most) {
        try {
            send.get().toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "message not stored in time: most=" + most, e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (IllegalStateException e) {
            // An emitter whose buffer is full, or whose channel has closed, throws at once.
            throw new KafkaException("message not sent: " + Reason.of(e), e);
        }
    }

    private static KafkaException failure(ExecutionException e) {
        return Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST)
                .filter(KafkaException.class::isInstance)
                .map(KafkaException.class::cast)
                .findFirst()
                .orElseGet(() -> new KafkaException("message not stored: " + Reason.of(e), e));
    }
}
