package org.lexicographer.runtime.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.lexicographer.runtime.Reason;

/**
 * A health check that answers before a probe gives up on it: the question is asked in a thread of
 * its own, one at a time, and when its answer is not there soon, the last one is given.
 */
final class PromptCheck {

    /** Well within the second that Kubernetes' probes wait by default. */
    private static final Duration SOON = Duration.ofMillis(400);

    /** Asks; an exception is the answer that it cannot be reached. */
    interface Question {
        void ask();
    }

    private sealed interface Answer {
        record Reached() implements Answer {}

        record Failed(String reason) implements Answer {}
    }

    private record Asking(CountDownLatch answered) {}

    private final String name;
    private final String address;
    private final Question question;
    private final AtomicReference<Asking> asking = new AtomicReference<>();
    private volatile Answer last = new Answer.Failed("has not answered yet");

    /**
     * Takes what is checked.
     *
     * @param name the check's name in the health report
     * @param address where it is asked
     */
    PromptCheck(String name, String address, Question question) {
        this.name = requireNonNull(name, "name is null");
        this.address = requireNonNull(address, "address is null");
        this.question = requireNonNull(question, "question is null");
    }

    HealthCheckResponse call() {
        Asking now = new Asking(new CountDownLatch(1));
        Asking running = asking.compareAndExchange(null, now);
        if (running == null) {
            Thread.ofVirtual().name("check-" + name).start(() -> ask(now));
        }
        boolean answered = await(Optional.ofNullable(running).orElse(now));
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named(name)
                        .withData("address", address)
                        .withData("answer", answered ? "new" : "last");
        return switch (last) {
            case Answer.Reached() -> response.up().build();
            case Answer.Failed(String reason) -> response.down().withData("reason", reason).build();
        };
    }

    private void ask(Asking now) {
        try {
            question.ask();
            last = new Answer.Reached();
        } catch (RuntimeException e) {
            last = new Answer.Failed(Reason.of(e));
        } finally {
            asking.set(null);
            now.answered().countDown();
        }
    }

    private static boolean await(Asking running) {
        try {
            return running.answered().await(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
