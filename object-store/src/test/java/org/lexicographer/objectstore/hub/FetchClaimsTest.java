package org.lexicographer.objectstore.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;

@Timeout(600)
class FetchClaimsTest {

    private final FetchClaims claims =
            new FetchClaims(new InMemoryObjectStore("bucket"), new TestClock());

    @Test
    void waitingForAFetchOfTheSameProcessCanBeInterrupted() {
        claims.once(
                "unit",
                () -> false,
                beat -> {
                    Thread waiting =
                            Thread.ofPlatform()
                                    .unstarted(
                                            () -> {
                                                Thread.currentThread().interrupt();
                                                assertInterrupted();
                                            });
                    join(waiting);
                });

        assertThat(interrupted).isTrue();
        assertThat(claims.unitsUnderWay()).isZero();
    }

    private boolean interrupted;

    private void assertInterrupted() {
        assertThatExceptionOfType(RetryableObjectStoreException.class)
                .isThrownBy(() -> claims.once("unit", () -> false, beat -> {}))
                .withMessage("interrupted while somebody else fetches: unit=unit");
        interrupted = Thread.currentThread().isInterrupted();
    }

    private static void join(Thread thread) {
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
