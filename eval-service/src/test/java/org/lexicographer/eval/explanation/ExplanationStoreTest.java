package org.lexicographer.eval.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.store.SampleStatistics;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryId;

class ExplanationStoreTest {

    private static final DictionaryId DICTIONARY = SampleStatistics.DICTIONARY;
    private static final long STEP = SampleStatistics.STEP;
    private static final Optional<String> NONE = Optional.empty();

    private final InMemoryObjectStore objects = new InMemoryObjectStore("test");
    private final ExplanationStore store = new ExplanationStore(objects);

    private static ExplainedLatent latent(int number) {
        return new ExplainedLatent(DICTIONARY, STEP, number);
    }

    private static Explanation says(String text) {
        return new Explanation(text, "Ada", "2026-11-26T21:00:00Z");
    }

    @Test
    void whatIsSaidOfALatentIsFoundAloneAndAmongAll() {
        store.put(latent(7), NONE, says("sevens"));
        store.put(latent(1023), NONE, says("last of the first object"));
        store.put(latent(1024), NONE, says("first of the second"));

        assertThat(store.find(latent(7))).contains(says("sevens"));
        assertThat(store.find(latent(8))).isEmpty();
        assertThat(store.all(DICTIONARY, STEP))
                .containsOnlyKeys(7, 1023, 1024)
                .containsEntry(1024, says("first of the second"));
        assertThat(store.all(DICTIONARY, STEP + 1)).isEmpty();
    }

    @Test
    void onlyWhatAWriterHasSeenIsReplacedOrRemoved() {
        // Given
        store.put(latent(7), NONE, says("sevens"));
        String first = says("sevens").tag();

        // Then
        assertThatThrownBy(() -> store.put(latent(7), NONE, says("another")))
                .isInstanceOf(ExplanationChangedException.class)
                .hasMessageContaining("explanation changed: expected=none, found=" + first);
        store.put(latent(7), Optional.of(first), says("odd ones"));
        assertThatThrownBy(() -> store.put(latent(7), Optional.of(first), says("late")))
                .isInstanceOf(ExplanationChangedException.class);
        assertThatThrownBy(() -> store.remove(latent(7), first))
                .isInstanceOf(ExplanationChangedException.class);
        assertThat(store.find(latent(7))).contains(says("odd ones"));
        store.remove(latent(7), says("odd ones").tag());
        assertThat(store.all(DICTIONARY, STEP)).isEmpty();
        assertThatThrownBy(() -> store.remove(latent(7), says("odd ones").tag()))
                .hasMessageContaining("found=none");
    }

    /** A store in which somebody else writes between a writer's look and its write. */
    private ObjectStore raced(AtomicReference<Runnable> other) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        ObjectStore.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            if (method.getName().startsWith("putIf")) {
                                Optional.ofNullable(other.getAndSet(null)).ifPresent(Runnable::run);
                            }
                            try {
                                return method.invoke(objects, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @Test
    void writersOfTwoLatentsInOneObjectBothComeThrough() {
        // Given
        AtomicReference<Runnable> other =
                new AtomicReference<>(() -> store.put(latent(8), NONE, says("eights")));
        ExplanationStore slow = new ExplanationStore(raced(other));

        // When
        slow.put(latent(7), NONE, says("sevens"));
        other.set(() -> store.put(latent(9), NONE, says("nines")));
        slow.remove(latent(7), says("sevens").tag());

        // Then
        assertThat(store.all(DICTIONARY, STEP)).containsOnlyKeys(8, 9);
    }

    @Test
    void ofTwoWritersOfOneLatentTheSecondIsRefused() {
        // Given
        AtomicReference<Runnable> other =
                new AtomicReference<>(() -> store.put(latent(7), NONE, says("sevens")));
        ExplanationStore slow = new ExplanationStore(raced(other));

        // Then
        assertThatThrownBy(() -> slow.put(latent(7), NONE, says("late")))
                .isInstanceOf(ExplanationChangedException.class);
        assertThat(store.find(latent(7))).contains(says("sevens"));
    }

    @Test
    void statisticsThatAreMadeAgainLeaveThemAlone() {
        // Given
        StatisticsStore statistics = new StatisticsStore(objects);
        SampleStatistics.store(statistics, "first");
        store.put(latent(1), NONE, says("ones"));

        // When
        SampleStatistics.store(statistics, "second");

        // Then
        assertThat(store.find(latent(1))).contains(says("ones"));
    }
}
