package org.lexicographer.eval.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.Example.Token;
import org.lexicographer.eval.latent.result.ExampleGroup;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.LatentDetails.CloseLatent;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.stored.ContextOrigins;

class StatisticsStoreTest {

    private final InMemoryObjectStore objects = new InMemoryObjectStore("test");
    private final StatisticsStore store = new StatisticsStore(objects);

    private List<String> keys() {
        return objects.list(
                        ObjectKeys.latentStatistics(
                                SampleStatistics.DICTIONARY,
                                SampleStatistics.STEP,
                                SampleStatistics.TEXT))
                .map(stat -> stat.key().substring(stat.key().lastIndexOf('/') + 1))
                .toList();
    }

    @Test
    void whatIsNotCompleteIsAbsent() {
        // Given
        store.putRecords(
                SampleStatistics.store(store, "first"), 0, SampleStatistics.records().stream());
        objects.delete(
                ObjectKeys.latentStatistics(
                                SampleStatistics.DICTIONARY,
                                SampleStatistics.STEP,
                                SampleStatistics.TEXT)
                        + "summary.json");

        // When / Then
        assertThat(SampleStatistics.found(store)).isEmpty();
    }

    /** Takes note of what is read. */
    private ObjectStore noting(List<String> reads) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        StatisticsStoreTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            reads.add(((String) arguments[0]).replaceFirst(".*held-out\\.", ""));
                            return method.invoke(objects, arguments);
                        });
    }

    @Test
    void aLatentTakesThreeReadsAndTheNextOneTwo() {
        // Given
        SampleStatistics.store(store, "first");
        List<String> reads = new ArrayList<>();
        StatisticsStore noted = new StatisticsStore(noting(reads));

        // When
        SampleStatistics.found(noted).orElseThrow().latent(0, Optional::empty);
        SampleStatistics.found(noted).orElseThrow().latent(1, Optional::empty);

        // Then
        assertThat(reads)
                .containsExactly(
                        "summary.json",
                        "first.safetensors",
                        "first.latents-00000.jsonl",
                        "summary.json",
                        "first.latents-00000.jsonl");
    }

    @Test
    void aLatentReadsAsItWasStored() {
        // Given
        SampleStatistics.store(store, "first");

        // When
        LatentDetails latent =
                SampleStatistics.found(store).orElseThrow().latent(0, Optional::empty);

        // Then
        assertThat(latent.figures().tokens()).containsExactly(" the", "Token9");
        assertThat(latent.top())
                .containsExactly(
                        new Example(
                                0,
                                3,
                                1,
                                List.of(
                                        new Token("Token5", 5, 1),
                                        new Token(" the", 7, 3),
                                        new Token("Token9", 9, 0)),
                                SampleStatistics.ORIGINS.of(0)),
                        new Example(
                                1,
                                2,
                                0,
                                List.of(
                                        new Token("Token9", 9, 2),
                                        new Token("Token8", 8, 0),
                                        new Token(" the", 7, 0)),
                                SampleStatistics.ORIGINS.of(1)));
        assertThat(latent.intervals()).hasSize(ExampleGroup.INTERVALS);
        assertThat(latent.intervals().getLast().examples()).isEqualTo(latent.top());
        assertThat(latent.phi()).containsExactly(new CloseLatent(1, 0.5));
        assertThat(latent.statistics().warning()).isPresent();
    }

    @Test
    void contextsInWhichALatentIsSilentAreReadFromTheText() {
        // Given
        SampleStatistics.store(store, "first");

        // When
        List<Example> silent =
                SampleStatistics.found(store)
                        .orElseThrow()
                        .examples(2, ExampleGroup.parse("silent"));

        // Then
        assertThat(silent).extracting(Example::context).containsExactly(1, 0);
        assertThat(silent)
                .extracting(Example::origin)
                .containsExactly(SampleStatistics.ORIGINS.of(1), SampleStatistics.ORIGINS.of(0));
        assertThat(silent.getFirst().tokens())
                .containsExactly(
                        new Token("Token9", 9, 0),
                        new Token("Token8", 8, 0),
                        new Token(" the", 7, 0));
    }

    @Test
    void contextsAreReadWithTheirOrigins() {
        String key = store.putContexts("run", SampleStatistics.TRACED);

        TracedContexts read = store.contexts(key, 3);

        assertThat(read.contexts().tokens()).containsExactly(5, 7, 9, 9, 8, 7);
        assertThat(read.origins()).isEqualTo(SampleStatistics.ORIGINS);
    }

    @Test
    void theSameTextFromAnotherPlaceIsAnotherObject() {
        TracedContexts untraced = TracedContexts.untraced(SampleStatistics.CONTEXTS);
        ContextOrigins swapped = new ContextOrigins(SampleStatistics.ORIGINS.contexts().reversed());

        String first = store.putContexts("run", SampleStatistics.TRACED);
        String second =
                store.putContexts("run", new TracedContexts(SampleStatistics.CONTEXTS, swapped));
        String third = store.putContexts("run", untraced);

        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        assertThat(store.contexts(second, 3).origins()).isEqualTo(swapped);
    }

    /** Plans and summaries of earlier versions name contexts by that key. */
    @Test
    void contextsWithoutOriginsKeepTheirKey() {
        TracedContexts untraced = TracedContexts.untraced(SampleStatistics.CONTEXTS);

        String key = store.putContexts("run", untraced);

        assertThat(key)
                .isEqualTo(
                        ObjectKeys.statisticsContexts("run", SampleStatistics.CONTEXTS.digest()));
        assertThat(objects.list("statistics/")).hasSize(1);
        assertThat(store.contexts(key, 3).origins()).isEqualTo(ContextOrigins.unknown(2));
    }

    @Test
    void whereNothingWasRecordedAnExampleHasNoOrigin() {
        SampleStatistics.store(store, "first");

        LatentDetails latent =
                SampleStatistics.found(store).orElseThrow().latent(1, Optional::empty);

        assertThat(latent.top()).singleElement().extracting(Example::origin).isEqualTo(List.of());
    }

    @Test
    void statisticsThatAreMadeAnewReplaceTheEarlierOnes() {
        // Given
        SampleStatistics.store(store, "first");
        assertThat(SampleStatistics.found(store)).isPresent();

        // When
        SampleStatistics.store(store, "second");

        // Then
        assertThat(SampleStatistics.found(store).orElseThrow().summary().digest())
                .isEqualTo("second");
        assertThat(keys())
                .containsExactly(
                        "statistics.held-out.second.latents-00000.jsonl",
                        "statistics.held-out.second.safetensors",
                        "statistics.held-out.summary.json");
    }

    @Test
    void whatAnotherReplicaHasMadeOfOthersSoFarStays() {
        // Given
        StatisticsSummary second = SampleStatistics.store(store, "second");
        SampleStatistics.store(store, "first");
        long[] ends = store.putRecords(second, 0, SampleStatistics.records().stream());

        // When: the first are completed again while the second are made
        StatisticsSummary first = SampleStatistics.found(store).orElseThrow().summary();
        store.complete(first, SampleStatistics.table(ends), () -> Set.of("second"));
        List<String> meanwhile = keys();
        store.complete(second, SampleStatistics.table(ends), Set::of);

        // Then
        assertThat(meanwhile).contains("statistics.held-out.second.latents-00000.jsonl");
        assertThat(SampleStatistics.found(store).orElseThrow().latent(0, Optional::empty))
                .isNotNull();
        assertThat(keys()).noneMatch(key -> key.contains("first"));
    }
}
