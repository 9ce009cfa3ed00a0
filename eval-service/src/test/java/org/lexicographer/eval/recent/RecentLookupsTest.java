package org.lexicographer.eval.recent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RecentLookupsTest {

    private static final Duration LASTS = Duration.ofSeconds(1);

    private final Map<String, Integer> stored = new HashMap<>(Map.of("a", 1));
    private Instant now = Instant.EPOCH;
    private int lookups;

    private final RecentLookups<String, Integer> recent =
            new RecentLookups<>(this::lookUp, LASTS, () -> now, 8, value -> 1);

    private Optional<Integer> lookUp(String key) {
        lookups++;
        return Optional.ofNullable(stored.get(key));
    }

    @Test
    void looksOnceUntilItHasLasted() {
        recent.find("a");
        stored.put("a", 2);

        now = now.plus(LASTS).minusNanos(1);
        assertThat(recent.find("a")).contains(1);
        now = now.plusNanos(1);
        assertThat(recent.find("a")).contains(2);

        assertThat(lookups).isEqualTo(2);
    }

    @Test
    void seesAtOnceWhatItWasToldHasChanged() {
        recent.find("a");
        stored.put("a", 2);

        recent.forget("a");

        assertThat(recent.find("a")).contains(2);
    }

    @Test
    void whatIsNotThereIsLookedForEachTime() {
        assertThat(recent.find("b")).isEmpty();
        stored.put("b", 3);

        assertThat(recent.find("b")).contains(3);
    }

    @Test
    void forgetsWhatIsNotThereAnyMore() {
        recent.find("a");
        stored.remove("a");

        now = now.plus(LASTS);

        assertThat(recent.find("a")).isEmpty();
    }

    @Test
    void aFailureIsThrownAndNotRemembered() {
        RecentLookups<String, Integer> failing =
                new RecentLookups<>(
                        key -> {
                            if (lookups++ == 0) {
                                throw new IllegalStateException("store away");
                            }
                            return Optional.of(1);
                        },
                        LASTS,
                        () -> now,
                        8,
                        value -> 1);

        assertThatThrownBy(() -> failing.find("a")).hasMessage("store away");
        assertThat(failing.find("a")).contains(1);
    }

    @Test
    void whatIsForgottenWhileItIsLookedUpIsLookedUpAgain() throws Exception {
        // Given: a lookup that has read the store before it changes, and is not done
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        RecentLookups<String, Integer> slow =
                new RecentLookups<>(
                        key -> {
                            int value = stored.get(key);
                            begun.countDown();
                            await(changed);
                            return Optional.of(value);
                        },
                        LASTS,
                        () -> now,
                        8,
                        value -> 1);
        CompletableFuture<Optional<Integer>> before =
                CompletableFuture.supplyAsync(() -> slow.find("a"));
        begun.await();

        // When
        stored.put("a", 2);
        slow.forget("a");
        changed.countDown();

        // Then
        assertThat(before.get()).contains(1);
        assertThat(slow.find("a")).contains(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
