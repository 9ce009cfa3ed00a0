package org.lexicographer.objectstore.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;

class RetryingObjectStoreTest {

    private static final byte[] CONTENT = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    private static final RetryPolicy POLICY =
            new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(20));

    private final InMemoryObjectStore memory = new InMemoryObjectStore("bucket");
    private final FlakyObjectStore flaky = new FlakyObjectStore(memory);
    private final RecordingClock clock = new RecordingClock();
    private final ObjectStore store = RetryingObjectStore.wrap(flaky, POLICY, clock);

    @Test
    void waitsTwiceAsLongEachTimeUpToTheLongestPause() {
        // Given
        flaky.failing(5);

        // When
        store.put("key", CONTENT);

        // Then
        assertThat(memory.bytes("key")).isEqualTo(CONTENT);
        assertThat(clock.pauses()).map(Duration::toSeconds).containsExactly(1L, 2L, 4L, 5L, 5L);
    }

    @Test
    void givesUpAtTheDeadline() {
        // Given
        flaky.failing(100);

        // When, Then
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(RetryableObjectStoreException.class)
                .hasMessage(
                        "object store did not recover: attempts=6, deadline=PT20S,"
                                + " last=generated failure: call=6");
        assertThat(clock.now()).isLessThanOrEqualTo(POLICY.deadline());
    }

    @Test
    void repeatsOnceWhatTookAllTheTimeToFail() {
        // Given: a connection on which nothing comes, until the client stops waiting
        flaky.failing(1).taking(() -> clock.pauses().add(POLICY.deadline()));

        // When
        store.put("key", CONTENT);

        // Then
        assertThat(memory.bytes("key")).isEqualTo(CONTENT);
        assertThat(flaky.calls()).isEqualTo(2);
    }

    @Test
    void givesUpAfterTwoAttemptsThatTookAllTheTime() {
        // Given
        flaky.failing(100).taking(() -> clock.pauses().add(POLICY.deadline()));

        // When, Then
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(RetryableObjectStoreException.class)
                .hasMessageContaining("attempts=2");
    }

    @Test
    void doesNotRepeatWhatIsNotFoundOrRefused() {
        // When, Then
        assertThatThrownBy(() -> store.bytes("absent")).isInstanceOf(ObjectNotFoundException.class);
        assertThatThrownBy(() -> store.inBucket("missing").put("key", CONTENT))
                .isInstanceOf(RefusedObjectStoreException.class);
        assertThat(flaky.calls()).isEqualTo(1);
        assertThat(clock.pauses()).isEmpty();
    }

    @Test
    void stopsWaitingWhenTheThreadIsInterrupted() {
        // Given
        flaky.failing(100);
        Thread.currentThread().interrupt();

        // When, Then
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(RetryableObjectStoreException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(flaky.calls()).isEqualTo(1);
    }

    @Test
    void knowsItsOwnConditionalWriteWhoseAnswerWasLost() {
        // Given
        flaky.losingAnswers(1);

        // When
        Optional<ObjectStat> created = store.putIfAbsent("key", CONTENT);

        // Then
        assertThat(created).isEqualTo(memory.stat("key")).isPresent();
    }

    @Test
    void knowsItsOwnReplacementWhoseAnswerWasLost() {
        // Given
        String etag = memory.put("key", new byte[1]).etag();
        flaky.losingAnswers(1);

        // When
        Optional<ObjectStat> replaced = store.putIfMatch("key", etag, CONTENT);

        // Then
        assertThat(replaced).isEqualTo(memory.stat("key")).isPresent();
        assertThat(memory.bytes("key")).isEqualTo(CONTENT);
    }

    @Test
    void leavesTheWinWithSomebodyElseAfterAFailure() {
        // Given
        memory.put("key", new byte[CONTENT.length]);
        flaky.failing(1);

        // When, Then
        assertThat(store.putIfAbsent("key", CONTENT)).isEmpty();
        assertThat(store.putIfMatch("key", "stale", CONTENT)).isEmpty();
    }

    @Test
    void continuesReadingWhereTheContentBrokeOff() throws IOException {
        // Given
        memory.put("key", CONTENT);
        flaky.breakingAfter(3);

        // When, Then
        try (InputStream whole = store.get("key");
                InputStream range = store.get("key", 2, 7)) {
            assertThat(whole.readAllBytes()).isEqualTo(CONTENT);
            assertThat(range.readAllBytes()).containsExactly(2, 3, 4, 5, 6, 7, 8);
        }
    }

    @Test
    void failsAsAStreamDoesWhenTheContentStaysAway() throws IOException {
        // Given
        memory.put("key", CONTENT);
        flaky.breakingAfter(0);

        // When, Then
        try (InputStream content = store.get("key")) {
            assertThatThrownBy(content::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("object content broke off: bytesRead=0");
        }
    }

    @Test
    void continuesListingWhereItBrokeOff() {
        // Given
        List<String> keys = List.of("a", "b", "c", "d", "e");
        keys.forEach(key -> memory.put(key, CONTENT));
        flaky.failing(1).breakingAfter(3);
        List<String> listed = new ArrayList<>();

        // When
        store.list("")
                .forEach(
                        object -> {
                            listed.add(object.key());
                            flaky.breakingAfter(-1);
                        });

        // Then
        assertThat(listed).containsExactlyElementsOf(keys);
        assertThat(clock.pauses()).hasSize(2);
    }

    @Test
    void refusesToResumeAListingThatIsOutOfOrder() {
        // Given: folders before what else begins like them, as file systems have it
        List<String> keys = List.of("a/b", "a/c", "a-b", "a.b", "b");
        keys.forEach(key -> memory.put(key, CONTENT));
        List<ObjectStat> outOfOrder = keys.stream().map(key -> memory.stat(key).get()).toList();
        AtomicInteger listings = new AtomicInteger();
        ResumingListing folders =
                new ResumingListing(
                        new Retry(POLICY, clock),
                        () -> {
                            String broken = listings.getAndIncrement() == 0 ? "a-b" : "";
                            return outOfOrder.stream().peek(object -> breakAt(object, broken));
                        });
        List<String> listed = new ArrayList<>();

        // When, Then
        assertThatThrownBy(() -> folders.forEachRemaining(object -> listed.add(object.key())))
                .isInstanceOf(RefusedObjectStoreException.class)
                .hasMessage(
                        "listing broke off and cannot be resumed, the store lists keys out of"
                                + " order: expected=after a/c, found=a-b");
        assertThat(listed).containsExactly("a/b", "a/c");
    }

    private static void breakAt(ObjectStat object, String key) {
        if (object.key().equals(key)) {
            throw new RetryableObjectStoreException("generated break", null);
        }
    }

    @Test
    void leavesStreamedUploadsToTheirCaller() {
        // Given
        flaky.failing(1);

        // When, Then
        assertThatThrownBy(() -> store.put("key", new ByteArrayInputStream(CONTENT), -1))
                .isInstanceOf(RetryableObjectStoreException.class);
        assertThat(flaky.calls()).isEqualTo(1);
    }

    @Test
    void readsAFileFromItsBeginningInEveryAttempt(@TempDir Path folder) throws IOException {
        // Given: the first attempt reads nothing, the second all of it
        Path file = Files.write(folder.resolve("file"), CONTENT);
        flaky.failing(1).losingAnswers(1);

        // When
        ObjectStat put = store.put("key", file);

        // Then
        assertThat(memory.bytes("key")).isEqualTo(CONTENT);
        assertThat(memory.stat("key")).contains(put);
        assertThat(flaky.calls()).isEqualTo(3);
        assertThat(clock.pauses()).hasSize(2);
    }

    @Test
    void doesNotWaitForAFileThatCannotBeRead(@TempDir Path folder) {
        // When, Then
        assertThatThrownBy(() -> store.put("key", folder.resolve("absent")))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(clock.pauses()).isEmpty();
    }

    @Test
    void repeatsDeletionsAndBucketCreation() {
        // Given
        memory.put("a", CONTENT);
        memory.put("b", CONTENT);

        // When
        flaky.failing(1);
        store.ensureBucket();
        flaky.failing(1);
        store.delete("a");
        flaky.failing(1);
        store.deleteAll(List.of("b"));

        // Then
        assertThat(memory.list("")).isEmpty();
        assertThat(clock.pauses()).hasSize(3);
    }

    @Test
    void rejectsAPolicyWithoutPauses() {
        assertThatThrownBy(
                        () -> new RetryPolicy(Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "pauses must be positive and growing: firstPause=PT0S, longestPause=PT1S");
    }

    /** Time that passes only by being slept. */
    private static final class RecordingClock implements RetryClock {

        private final List<Duration> pauses = new ArrayList<>();

        List<Duration> pauses() {
            return pauses;
        }

        @Override
        public Duration now() {
            return pauses.stream().reduce(Duration.ZERO, Duration::plus);
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted before a pause");
            }
            pauses.add(pause);
        }
    }
}
