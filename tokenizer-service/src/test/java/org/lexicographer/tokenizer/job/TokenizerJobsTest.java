package org.lexicographer.tokenizer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.tokenizer.RunSpecs;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.progress.TokenizerOutput;
import org.lexicographer.tokenizer.stream.RunFailedException;
import org.lexicographer.tokenizer.stream.StopSignal;

@Timeout(900)
class TokenizerJobsTest {

    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofHours(1);

    /** What the jobs did, in the order in which they did it. */
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final Deque<RuntimeException> failures = new ArrayDeque<>();
    private Duration longestOutage = LONG;
    private final TokenizerJobs jobs =
            new TokenizerJobs(spec -> job(spec, SOON), String::length, Duration.ofMinutes(5));

    @AfterEach
    void close() {
        jobs.close();
    }

    @Test
    void startsTheRunsOfTheOwnedPartitionsWhicheverIsKnownFirst() throws InterruptedException {
        jobs.put(spec("a"));
        jobs.put(spec("bb"));
        jobs.assign(Set.of(1));
        assertThat(nextEvents(1)).containsExactly("start a");

        jobs.assign(Set.of(2, 3));
        assertThat(nextEvents(1)).containsExactly("start bb");

        jobs.put(spec("ccc"));
        assertThat(nextEvents(1)).containsExactly("start ccc");
    }

    @Test
    void stopsTheRunsOfARevokedPartition() throws InterruptedException {
        jobs.assign(Set.of(1, 2));
        jobs.put(spec("a"));
        jobs.put(spec("bb"));
        nextEvents(2);

        jobs.revoke(Set.of(1));

        assertThat(nextEvents(1)).containsExactly("stop a");
        jobs.assign(Set.of(1));
        assertThat(nextEvents(1)).containsExactly("start a");
    }

    @Test
    void letsAJobWorkOnWhenItsRunIsPublishedAgain() throws InterruptedException {
        jobs.assign(Set.of(1));
        jobs.put(spec("a"));
        nextEvents(1);

        jobs.put(spec("a"));
        jobs.withdraw("a");

        assertThat(nextEvents(1)).containsExactly("stop a");
        assertThat(jobs.spec("a")).isEmpty();
    }

    @Test
    void startsAJobAgainWhenItsRunIsPublishedWithAnotherSpec() throws InterruptedException {
        jobs.assign(Set.of(1));
        jobs.put(spec("a"));
        nextEvents(1);

        jobs.put(RunSpecs.small("a", "{\"contexts\": 2}", 2));

        assertThat(nextEvents(2)).containsExactly("stop a", "start a");
    }

    @Test
    void startsAFailedJobAgainWhenItsRunIsPublishedAgain() throws InterruptedException {
        failures.add(new RunFailedException("no model"));
        jobs.assign(Set.of(1));
        jobs.put(spec("a"));
        assertThat(nextEvents(2)).containsExactly("start a", "FAILED a: no model");

        jobs.put(spec("a"));

        assertThat(nextEvents(1)).containsExactly("start a");
    }

    @Test
    void stopsTheRunsThatHaveEnded() throws InterruptedException {
        jobs.assign(Set.of(1));
        jobs.put(spec("a"));
        jobs.put(spec("b"));
        nextEvents(2);

        jobs.stopWhere("b"::equals);

        assertThat(nextEvents(1)).containsExactly("stop b");
        assertThat(jobs.spec("a")).isPresent();
    }

    @Test
    void triesAgainAfterWhatMayPass() throws InterruptedException {
        failures.add(new TimeoutException("broker away"));
        failures.add(new RetryableObjectStoreException("store away", null));
        jobs.assign(Set.of(1));
        jobs.put(spec("a"));

        assertThat(nextEvents(4))
                .containsExactly(
                        "start a",
                        "WAITING a: tries again: reason=broker away",
                        "start a",
                        "start a");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void givesARunUpForWhateverIsNoOutage(RuntimeException fault, String reason)
            throws InterruptedException {
        failures.add(fault);
        jobs.assign(Set.of(1));
        jobs.put(spec("a"));

        assertThat(nextEvents(2))
                .containsExactly(
                        "start a",
                        "FAILED a: fault that trying again does not mend: reason=" + reason);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new NullPointerException(), "java.lang.NullPointerException"),
                Arguments.of(
                        new IllegalStateException("odd"), "java.lang.IllegalStateException: odd"),
                Arguments.of(
                        new RefusedObjectStoreException("no right", null),
                        RefusedObjectStoreException.class.getName() + ": no right"),
                Arguments.of(
                        new AuthorizationException("no right"),
                        AuthorizationException.class.getName() + ": no right"));
    }

    @Test
    void knowsAnOutageByWhatCausedAFailure() throws InterruptedException {
        failures.add(
                new IllegalStateException(
                        "not written", new CompletionException(new DisconnectException())));
        failures.add(
                new KafkaException(
                        "no client", new ConfigException("No resolvable bootstrap urls given")));
        jobs.assign(Set.of(1));
        jobs.put(spec("a"));

        assertThat(nextEvents(4))
                .containsExactly(
                        "start a",
                        "WAITING a: tries again: reason=not written",
                        "start a",
                        "start a");
    }

    @Test
    void givesARunUpWhenAnOutageLastsTooLong() throws InterruptedException {
        longestOutage = Duration.ofMillis(3);
        for (int i = 0; i < 10; i++) {
            failures.add(new TimeoutException());
        }
        jobs.assign(Set.of(1));
        jobs.put(spec("a"));

        // Pauses of 1 and 2 ms are 3 ms.
        assertThat(nextEvents(5))
                .containsExactly(
                        "start a",
                        "WAITING a: tries again: reason=(none)",
                        "start a",
                        "start a",
                        "FAILED a: outage too long: limit=PT0.003S, reason=(none)");
    }

    @Test
    void stopsWhileItWaitsForTheNextAttempt() throws InterruptedException {
        failures.add(new TimeoutException("broker away"));
        TokenizerJob job = job(spec("a"), LONG);
        job.start();
        nextEvents(2);

        job.stop();

        assertThat(job.join(Duration.ofMinutes(15))).isTrue();
    }

    private List<String> nextEvents(int count) throws InterruptedException {
        List<String> next = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            next.add(events.poll(15, TimeUnit.MINUTES));
        }
        return next;
    }

    private static RunSpec spec(String run) {
        return RunSpecs.small(run, "{\"contexts\": 1}", 1);
    }

    private TokenizerJob job(RunSpec spec, Duration pause) {
        StopSignal stop = new StopSignal();
        ProgressLog progress = new ProgressLog(spec, output(), () -> 0);
        Outages outages = new Outages(pause, longestOutage);
        return new TokenizerJob(spec, new Work(spec.run(), stop), progress, stop, outages);
    }

    private TokenizerOutput output() {
        return new TokenizerOutput() {
            @Override
            public void progress(RunProgress message) {
                State state = message.state();
                events.add("%s %s: %s".formatted(state, message.run(), message.message().get()));
            }

            @Override
            public void retried() {}

            @Override
            public void left(String run) {}

            @Override
            public void reject(Rejection rejection) {
                throw new AssertionError("no job rejects");
            }
        };
    }

    /** Fails as it is told to, and otherwise works until it is stopped. */
    private final class Work implements JobWork {

        private final String run;
        private final StopSignal stop;

        Work(String run, StopSignal stop) {
            this.run = run;
            this.stop = stop;
        }

        @Override
        public long tokenize() {
            events.add("start " + run);
            if (!failures.isEmpty()) {
                throw failures.remove();
            }
            try {
                stop.sleep(LONG);
                return 0;
            } finally {
                events.add("stop " + run);
            }
        }
    }
}
