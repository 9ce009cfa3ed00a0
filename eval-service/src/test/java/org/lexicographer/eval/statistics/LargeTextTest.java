package org.lexicographer.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.latent.ActivityLog;
import org.lexicographer.eval.latent.LatentCounts;
import org.lexicographer.eval.latent.LatentSamples;
import org.lexicographer.eval.latent.SilentContexts;
import org.lexicographer.eval.latent.companion.CoActivation;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.ExampleGroup;
import org.lexicographer.eval.latent.result.LatentRecord;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.store.SampleStatistics;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;

/** Statistics of three silent latents on a text that is too large to be read at once. */
class LargeTextTest {

    private static final int LATENTS = 3;
    private static final int CONTEXT_LENGTH = 16;
    private static final int COUNT = 1 << 17;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("test");
    private final List<String> wholeReads = new ArrayList<>();
    private final List<String> rangeReads = new ArrayList<>();

    /** Each context is a document. */
    private static TracedContexts text() {
        int[] tokens = IntStream.range(0, COUNT * CONTEXT_LENGTH).map(i -> i % 50_000).toArray();
        return new TracedContexts(
                new Contexts(CONTEXT_LENGTH, tokens),
                new ContextOrigins(
                        IntStream.range(0, COUNT).mapToObj(LargeTextTest::origin).toList()));
    }

    private static List<DocumentSpan> origin(int context) {
        return List.of(
                new DocumentSpan(0, Optional.of("s3://texts/a.jsonl"), context, context + 1, 0));
    }

    private static List<LatentRecord> records(TracedContexts text) {
        LatentCounts counts = new LatentCounts(LATENTS);
        SilentContexts silent = new SilentContexts(LATENTS, 0);
        silent.add(new ActivityLog(), 0, COUNT);
        List<CoActivation.OfLatent> together = new CoActivation(LATENTS).all();
        LatentRecords records =
                new LatentRecords(
                        text,
                        counts,
                        silent,
                        new WeightFigures(List.of(), List.of(), together, List.of()));
        LatentSamples samples = new LatentSamples(counts, 0);
        return IntStream.range(0, LATENTS).mapToObj(latent -> records.of(latent, samples)).toList();
    }

    private StatisticsSummary store(TracedContexts text) {
        StatisticsStore store = new StatisticsStore(objects);
        StatisticsSummary summary =
                SampleStatistics.summary(text.contexts(), store.putContexts("run", text), "large");
        long[] ends = store.putRecords(summary, 0, records(text).stream());
        store.complete(summary, SampleStatistics.table(ends), Set::of);
        return summary;
    }

    /** Takes note of what is read. */
    private ObjectStore read() {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        LargeTextTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            if (List.of("bytes", "get").contains(method.getName())) {
                                boolean whole = arguments.length == 1;
                                (whole ? wholeReads : rangeReads).add((String) arguments[0]);
                            }
                            try {
                                return method.invoke(objects, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private StoredStatistics found() {
        return SampleStatistics.found(new StatisticsStore(read())).orElseThrow();
    }

    @Test
    void silentContextsAreReadWithTheirLatent() {
        // Given
        TracedContexts text = text();
        store(text);

        // When
        List<Example> silent = found().examples(1, new ExampleGroup.Silent());

        // Then: summary and table, and one range of the latents' records
        assertThat(wholeReads).hasSize(2);
        assertThat(rangeReads).singleElement().asString().endsWith("latents-00000.jsonl");
        assertThat(silent).hasSize(SilentContexts.KEPT);
        for (Example example : silent) {
            assertThat(example.tokens())
                    .extracting(Example.Token::id)
                    .containsExactlyElementsOf(tokens(text, example.context()));
            assertThat(example.origin()).isEqualTo(origin(example.context()));
        }
    }

    private static List<Integer> tokens(TracedContexts text, int context) {
        int start = context * CONTEXT_LENGTH;
        return Arrays.stream(text.contexts().tokens(), start, start + CONTEXT_LENGTH)
                .boxed()
                .toList();
    }

    @Test
    void recordsOfAnEarlierVersionLeadToTheText() {
        // Given
        TracedContexts text = text();
        StatisticsSummary summary = store(text);
        StatisticsStore store = new StatisticsStore(objects);
        List<LatentRecord> earlier = records(text).stream().map(LargeTextTest::earlier).toList();
        assertThat(earlier).allMatch(record -> record.silentTokens().isEmpty());
        long[] ends = store.putRecords(summary, 0, earlier.stream());
        store.complete(summary, SampleStatistics.table(ends), Set::of);

        // When
        List<Example> silent = found().examples(1, new ExampleGroup.Silent());

        // Then
        assertThat(silent).hasSize(SilentContexts.KEPT);
        assertThat(silent).allMatch(example -> example.origin().isEmpty());
        assertThat(silent.getFirst().tokens())
                .extracting(Example.Token::id)
                .containsExactlyElementsOf(tokens(text, silent.getFirst().context()));
    }

    /** As it was written before records had origins and the tokens of silent contexts. */
    private static LatentRecord earlier(LatentRecord record) {
        String json = new String(record.toJson(), StandardCharsets.UTF_8);
        return LatentRecord.read(
                json.replaceFirst("\"silentTokens\":.*\"companions\":", "\"companions\":")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
