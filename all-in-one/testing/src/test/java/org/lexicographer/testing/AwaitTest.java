package org.lexicographer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void returnsWhatWasWantedOnceItIsSeen() {
        // Given
        AtomicInteger looks = new AtomicInteger();

        // When
        int seen = Await.until("three looks", looks::incrementAndGet, count -> count == 3);

        // Then
        assertThat(seen).isEqualTo(3);
    }

    @Test
    void takesALookThatThrowsForNotYet() {
        // Given
        AtomicInteger looks = new AtomicInteger();

        // When
        Await.until(
                "the server is up",
                () -> {
                    if (looks.incrementAndGet() < 3) {
                        throw new IOException("connection refused");
                    }
                    return true;
                });

        // Then
        assertThat(looks).hasValue(3);
    }

    @Test
    void saysWhatWasSeenLast() {
        assertThatThrownBy(
                        () ->
                                Await.until(
                                        "the run has ended",
                                        SHORT,
                                        () -> "RUNNING",
                                        "ENDED"::equals))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "waited in vain: what=the run has ended, bound=PT0.05S, seen last=RUNNING");
    }

    @Test
    void saysWhatWasThrownLast() {
        assertThatThrownBy(
                        () ->
                                Await.until(
                                        "the server is up",
                                        SHORT,
                                        () -> {
                                            throw new IOException("connection refused");
                                        },
                                        seen -> true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seen last=java.io.IOException: connection refused")
                .hasCauseInstanceOf(IOException.class);
    }
}
