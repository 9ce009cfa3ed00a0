package org.lexicographer.trainer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class LookupsTest {

    /** More than any lookup here takes that comes to an end. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final Duration SHORT = Duration.ofMillis(20);

    @Test
    void namesAreLookedUpSideBySide() {
        CyclicBarrier together = new CyclicBarrier(3);
        try (Lookups<String> lookups = new Lookups<>(3, LONG)) {
            assertThat(lookups.of(List.of("a", "b", "c"), name -> awaitOthers(together, name)))
                    .isEqualTo(Map.of("a", "a", "b", "b", "c", "c"));
        }
    }

    private static String awaitOthers(CyclicBarrier together, String name) {
        try {
            together.await();
            return name;
        } catch (InterruptedException | BrokenBarrierException e) {
            return "alone";
        }
    }

    @Test
    void whatHangsHoldsNobodyForLongAndComesLastTheNextTime() {
        CountDownLatch never = new CountDownLatch(1);
        List<String> begun = new CopyOnWriteArrayList<>();
        try (Lookups<String> lookups = new Lookups<>(1, SHORT)) {
            Map<String, String> found = lookups.of(List.of("a"), name -> hang(never, begun, name));
            assertThat(found).isEmpty();
            lookups.of(List.of("a", "b"), name -> hang(never, begun, name));
            assertThat(begun).doesNotHaveDuplicates();
        }
    }

    private static String hang(CountDownLatch never, List<String> begun, String name) {
        begun.add(name);
        try {
            never.await();
        } catch (InterruptedException e) {
            // The time is up.
        }
        return name;
    }
}
