package org.lexicographer.eval.statistics;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.latent.LatentCounts;
import org.lexicographer.eval.latent.LatentSamples;
import org.lexicographer.eval.latent.LatentTotals;
import org.lexicographer.eval.latent.LogHistogram;
import org.lexicographer.eval.latent.Occurrence;
import org.lexicographer.eval.latent.SilentContexts;
import org.lexicographer.eval.latent.result.ExampleGroup;
import org.lexicographer.eval.latent.result.LatentRecord;
import org.lexicographer.eval.latent.result.LatentRecord.Bins;
import org.lexicographer.eval.latent.result.LatentRecord.KeptContext;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.pipeline.stored.ContextOrigins;

/**
 * Puts together what is known of single latents.
 *
 * @param traced the whole text
 * @param counts what pass A found in it
 * @param silent in which contexts latents are silent
 * @param weights what is known from the dictionary's weights, and which latents go together
 */
record LatentRecords(
        TracedContexts traced, LatentCounts counts, SilentContexts silent, WeightFigures weights) {

    /**
     * Puts a latent's record together.
     *
     * @param samples what pass B found, of this latent among others
     */
    LatentRecord of(int latent, LatentSamples samples) {
        LatentTotals totals = counts.totals(latent);
        boolean dead = totals.firings() == 0;
        List<Occurrence> top = samples.top(latent);
        List<List<Occurrence>> intervals =
                IntStream.range(0, ExampleGroup.INTERVALS)
                        .mapToObj(interval -> samples.interval(latent, interval))
                        .toList();
        SortedMap<Integer, Occurrence> kept = new TreeMap<>();
        top.forEach(occurrence -> kept.put(occurrence.context(), occurrence));
        intervals.forEach(own -> own.forEach(it -> kept.put(it.context(), it)));
        List<Integer> numbers = new ArrayList<>(kept.keySet());
        Map<Integer, Integer> places =
                IntStream.range(0, numbers.size())
                        .boxed()
                        .collect(toMap(numbers::get, Function.identity()));
        int[] silentContexts = silent.of(latent);
        return new LatentRecord(
                latent,
                totals.firings(),
                totals.sum(),
                dead ? 0 : totals.smallest(),
                totals.largest(),
                totals.contexts(),
                bins(counts.histogram(latent)),
                dead ? new int[0] : samples.histogram(latent),
                kept.values().stream().map(this::kept).toList(),
                places(top, places),
                intervals.stream().map(own -> places(own, places)).toList(),
                silentContexts,
                silentTokens(silentContexts),
                origins(numbers, silentContexts),
                weights.companions(latent),
                weights.logitEffects(latent));
    }

    private static Bins bins(LogHistogram histogram) {
        return new Bins(
                histogram.firstBin(),
                IntStream.range(histogram.firstBin(), histogram.endBin())
                        .map(histogram::count)
                        .toArray());
    }

    private KeptContext kept(Occurrence occurrence) {
        return new KeptContext(
                occurrence.context(),
                tokens(occurrence.context()),
                occurrence.positions(),
                occurrence.values());
    }

    private int[] tokens(int context) {
        Contexts text = traced.contexts();
        int length = text.contextLength();
        return Arrays.copyOfRange(text.tokens(), context * length, (context + 1) * length);
    }

    private List<int[]> silentTokens(int[] contexts) {
        Contexts text = traced.contexts();
        return StatisticsSummary.isSmall(text.count(), text.contextLength())
                ? List.of()
                : IntStream.of(contexts).mapToObj(this::tokens).toList();
    }

    private Optional<ContextOrigins> origins(List<Integer> kept, int[] silentContexts) {
        return traced.origins().areKnown()
                ? Optional.of(
                        new ContextOrigins(
                                IntStream.concat(
                                                kept.stream().mapToInt(Integer::intValue),
                                                IntStream.of(silentContexts))
                                        .mapToObj(traced.origins()::of)
                                        .toList()))
                : Optional.empty();
    }

    private static int[] places(List<Occurrence> occurrences, Map<Integer, Integer> places) {
        return occurrences.stream().mapToInt(it -> places.get(it.context())).toArray();
    }
}
