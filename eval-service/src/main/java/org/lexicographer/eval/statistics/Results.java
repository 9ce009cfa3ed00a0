package org.lexicographer.eval.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.latent.LatentCounts;
import org.lexicographer.eval.latent.LatentSamples;
import org.lexicographer.eval.latent.SamplesFile;
import org.lexicographer.eval.latent.result.LatentRecord;
import org.lexicographer.eval.latent.result.LatentTable;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.latent.result.TokenTexts;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * Turns what both passes gave for one dictionary into its statistics, and stores them: pass B is
 * merged for a chunk of latents at a time, the summary comes last.
 */
final class Results {

    private final StatisticsSummary summary;
    private final LatentCounts counts;
    private final LatentRecords records;
    private final long seed;
    private final Supplier<Set<String>> atWork;

    /**
     * Begins with what is known of the whole text.
     *
     * @param summary what will be stored last
     * @param counts what pass A found in all shards
     * @param records puts what is known of a latent together
     * @param seed what samples depend on
     * @param atWork the digests of statistics of the same dictionary and text that are being made
     */
    Results(
            StatisticsSummary summary,
            LatentCounts counts,
            LatentRecords records,
            long seed,
            Supplier<Set<String>> atWork) {
        this.summary = summary;
        this.counts = counts;
        this.records = records;
        this.seed = seed;
        this.atWork = atWork;
    }

    /**
     * Stores the statistics.
     *
     * @param samples the shards' files of pass B
     * @param prefix what the names of the dictionary's columns begin with
     * @param text the whole text
     * @param words the texts of tokens
     */
    void store(
            StatisticsStore store,
            List<? extends TensorSource> samples,
            String prefix,
            Contexts text,
            IntFunction<String> words) {
        SortedSet<Integer> tokens = new TreeSet<>();
        long[] ends = new long[counts.dictionarySize()];
        for (int first = 0; first < ends.length; first += LatentTable.CHUNK) {
            int end = Math.min(ends.length, first + LatentTable.CHUNK);
            LatentSamples chunk = new LatentSamples(counts, seed, first, end);
            samples.forEach(file -> SamplesFile.addTo(chunk, file, prefix));
            long[] own =
                    store.putRecords(
                            summary,
                            first,
                            IntStream.range(first, end)
                                    .mapToObj(latent -> records.of(latent, chunk))
                                    .peek(record -> addTokens(record, tokens)));
            System.arraycopy(own, 0, ends, first, own.length);
        }
        addAllTokens(text, tokens);
        store.complete(summary, table(ends, text, TokenTexts.of(tokens, words)), atWork);
    }

    private static void addTokens(LatentRecord record, SortedSet<Integer> tokens) {
        record.logitEffects()
                .forEach(
                        effects -> {
                            IntStream.of(effects.up()).forEach(tokens::add);
                            IntStream.of(effects.down()).forEach(tokens::add);
                        });
    }

    /** Any context may be shown, as an example or as one in which a latent is silent. */
    private static void addAllTokens(Contexts text, SortedSet<Integer> tokens) {
        IntStream.of(text.tokens()).distinct().forEach(tokens::add);
    }

    private LatentTable table(long[] recordEnds, Contexts text, TokenTexts texts) {
        int size = counts.dictionarySize();
        long[] firings = new long[size];
        double[] sums = new double[size];
        float[] smallest = new float[size];
        float[] largest = new float[size];
        int[] contexts = new int[size];
        for (int latent = 0; latent < size; latent++) {
            firings[latent] = counts.totals(latent).firings();
            sums[latent] = counts.totals(latent).sum();
            smallest[latent] = firings[latent] == 0 ? 0 : counts.totals(latent).smallest();
            largest[latent] = counts.totals(latent).largest();
            contexts[latent] = counts.totals(latent).contexts();
        }
        return new LatentTable(
                counts.tokens(),
                firings,
                sums,
                smallest,
                largest,
                contexts,
                peaks(text),
                recordEnds,
                texts);
    }

    private LatentTable.Peaks peaks(Contexts text) {
        int[] ends = new int[counts.dictionarySize()];
        List<Integer> tokens = new ArrayList<>();
        for (int latent = 0; latent < ends.length; latent++) {
            int own = latent;
            IntStream.range(0, counts.top().size(latent))
                    .map(rank -> peak(text, own, rank))
                    .distinct()
                    .forEach(tokens::add);
            ends[latent] = tokens.size();
        }
        return new LatentTable.Peaks(ends, tokens.stream().mapToInt(Integer::intValue).toArray());
    }

    private int peak(Contexts text, int latent, int rank) {
        int start = counts.top().context(latent, rank) * text.contextLength();
        return text.tokens()[start + counts.top().position(latent, rank)];
    }
}
