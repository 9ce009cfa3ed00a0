package org.lexicographer.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class PromptCheckTest {

    @Test
    void whatAnswersIsUp() {
        // Given
        PromptCheck check = new PromptCheck("store", "http://store", () -> {});

        // When
        HealthCheckResponse response = upInTheEnd(check);

        // Then
        assertThat(response.getName()).isEqualTo("store");
        assertThat(response.getData().orElseThrow()).containsEntry("address", "http://store");
    }

    /** A machine that is busy may give the last answer first. */
    private static HealthCheckResponse upInTheEnd(PromptCheck check) {
        HealthCheckResponse response = check.call();
        while (response.getStatus() == Status.DOWN) {
            response = check.call();
        }
        return response;
    }

    @Test
    void whatFailsIsDownWithItsReason() {
        // Given
        PromptCheck check =
                new PromptCheck(
                        "store",
                        "http://store",
                        () -> {
                            throw new IllegalStateException("refused", new Exception("no key"));
                        });

        // When
        HealthCheckResponse response = check.call();
        while (response.getData().orElseThrow().get("answer").equals("last")) {
            response = check.call();
        }

        // Then
        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(response.getData().orElseThrow()).containsEntry("reason", "refused: no key");
    }

    @Test
    void whatNeverAnswersIsAskedOnceAndReportedAsSilent() {
        // Given
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        PromptCheck check =
                new PromptCheck(
                        "store",
                        "http://store",
                        () -> {
                            asked.incrementAndGet();
                            awaitUninterrupted(never);
                        });

        // When
        HealthCheckResponse first = check.call();
        HealthCheckResponse second = check.call();

        // Then
        assertThat(first.getStatus()).isEqualTo(Status.DOWN);
        assertThat(second.getStatus()).isEqualTo(Status.DOWN);
        assertThat(second.getData().orElseThrow())
                .containsEntry("answer", "last")
                .containsEntry("reason", "has not answered yet");
        assertThat(asked.get()).isLessThanOrEqualTo(1);
        never.countDown();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
