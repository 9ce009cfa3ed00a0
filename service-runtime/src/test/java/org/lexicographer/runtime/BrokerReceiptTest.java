package org.lexicographer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class BrokerReceiptTest {

    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void aStoredMessageIsNoNews() {
        assertThatCode(
                        () ->
                                BrokerReceipt.await(
                                        () -> CompletableFuture.completedFuture("stored"), LONG))
                .doesNotThrowAnyException();
    }

    @Test
    void whatTheClientSaysIsFoundBelowWhateverIsAroundIt() {
        TimeoutException client = new TimeoutException("no broker");
        RuntimeException retries = new IllegalStateException("Retries exhausted", client);

        assertThatExceptionOfType(KafkaException.class)
                .isThrownBy(
                        () ->
                                BrokerReceipt.await(
                                        () ->
                                                CompletableFuture.failedFuture(
                                                        new RuntimeException(retries)),
                                        LONG))
                .isSameAs(client);
    }

    @Test
    void aRefusalKeepsItsType() {
        assertThatExceptionOfType(RecordTooLargeException.class)
                .isThrownBy(
                        () ->
                                BrokerReceipt.await(
                                        () ->
                                                CompletableFuture.failedFuture(
                                                        new RecordTooLargeException("too large")),
                                        LONG));
    }

    @Test
    void anotherFailureIsNamed() {
        assertThatExceptionOfType(KafkaException.class)
                .isThrownBy(
                        () ->
                                BrokerReceipt.await(
                                        () ->
                                                CompletableFuture.failedFuture(
                                                        new RuntimeException("closed")),
                                        LONG))
                .withMessage("message not stored: closed");
    }

    @Test
    void aMessageThatIsNotEvenSentIsNamed() {
        assertThatExceptionOfType(KafkaException.class)
                .isThrownBy(
                        () ->
                                BrokerReceipt.await(
                                        () -> {
                                            throw new IllegalStateException("buffer full");
                                        },
                                        LONG))
                .withMessage("message not sent: buffer full");
    }

    @Test
    void brokersThatAreSilentAreAnOutage() {
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(
                        () ->
                                BrokerReceipt.await(
                                        CompletableFuture<Void>::new, Duration.ofMillis(1)))
                .withMessage("message not stored in time: most=PT0.001S");
    }

    @Test
    void whoeverIsInterruptedStaysSo() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptException.class)
                .isThrownBy(() -> BrokerReceipt.await(CompletableFuture<Void>::new, LONG));
        assertThat(Thread.interrupted()).isTrue();
    }
}
