package org.lexicographer.eval.store;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.lexicographer.eval.evaluator.Contexts;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.latent.companion.CloseLatents;
import org.lexicographer.eval.latent.result.LatentRecord;
import org.lexicographer.eval.latent.result.LatentRecord.Bins;
import org.lexicographer.eval.latent.result.LatentRecord.Companions;
import org.lexicographer.eval.latent.result.LatentRecord.KeptContext;
import org.lexicographer.eval.latent.result.LatentTable;
import org.lexicographer.eval.latent.result.LatentTable.Peaks;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.latent.result.TokenTexts;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;

/** Statistics of three latents on two contexts of three tokens; the last latent is silent. */
public final class SampleStatistics {

    public static final DictionaryId DICTIONARY = DictionaryId.parse("run/layers.0.mlp.out/relu");
    public static final long STEP = 10;
    public static final String TEXT = "held-out";
    public static final Contexts CONTEXTS = new Contexts(3, new int[] {5, 7, 9, 9, 8, 7});

    /** Where the contexts come from: a part of one document, the rest of it and another one. */
    public static final ContextOrigins ORIGINS =
            new ContextOrigins(
                    List.of(
                            List.of(span(0, "s3://texts/a&b.jsonl", 3, 5, 40)),
                            List.of(
                                    span(0, "s3://texts/a&b.jsonl", 3, 5, 43),
                                    span(2, "s3://texts/c.txt", 0, 1, 0))));

    public static final TracedContexts TRACED = new TracedContexts(CONTEXTS, ORIGINS);

    private SampleStatistics() {}

    private static DocumentSpan span(
            int position, String shard, long document, long line, long token) {
        return new DocumentSpan(position, Optional.of(shard), document, line, token);
    }

    /** Stores them under a digest. */
    public static StatisticsSummary store(StatisticsStore store, String digest) {
        StatisticsSummary summary = summary(store.putContexts("run", TRACED), digest);
        store.complete(summary, table(store.putRecords(summary, 0, records().stream())), Set::of);
        return summary;
    }

    private static StatisticsSummary summary(String contextsKey, String digest) {
        return summary(CONTEXTS, contextsKey, digest);
    }

    /** Returns what statistics of three latents on any contexts are over. */
    public static StatisticsSummary summary(Contexts text, String contextsKey, String digest) {
        return new StatisticsSummary(
                DICTIONARY,
                STEP,
                TEXT,
                digest,
                text.count(),
                text.contextLength(),
                text.tokens().length,
                0,
                6,
                0,
                3,
                1,
                contextsKey,
                StatisticsSummary.currentDefinitions(),
                StatisticsSummary.warning(6, Optional.empty()));
    }

    public static LatentTable table(long[] recordEnds) {
        return new LatentTable(
                6,
                new long[] {3, 1, 0},
                new double[] {6, 4, 0},
                new float[] {1, 4, 0},
                new float[] {3, 4, 0},
                new int[] {2, 1, 0},
                new Peaks(new int[] {2, 3, 3}, new int[] {7, 9, 8}),
                recordEnds,
                TokenTexts.of(
                        new TreeSet<>(List.of(5, 7, 8, 9)), id -> id == 7 ? " the" : "Token" + id));
    }

    /** Of the second latent nobody knows where its contexts come from. */
    static List<LatentRecord> records() {
        int[] first = {5, 7, 9};
        int[] second = {9, 8, 7};
        return List.of(
                record(
                        0,
                        List.of(
                                new KeptContext(0, first, new int[] {0, 1}, new float[] {1, 3}),
                                new KeptContext(1, second, new int[] {0}, new float[] {2})),
                        new int[] {0, 1},
                        new int[0],
                        Optional.of(ORIGINS)),
                record(
                        1,
                        List.of(new KeptContext(1, second, new int[] {1}, new float[] {4})),
                        new int[] {0},
                        new int[] {0},
                        Optional.empty()),
                record(
                        2,
                        List.of(),
                        new int[0],
                        new int[] {1, 0},
                        Optional.of(new ContextOrigins(ORIGINS.contexts().reversed()))));
    }

    private static LatentRecord record(
            int latent,
            List<KeptContext> contexts,
            int[] top,
            int[] silent,
            Optional<ContextOrigins> origins) {
        LatentTable table = table(new long[3]);
        CloseLatents close = new CloseLatents(new int[] {1}, new double[] {0.5});
        return new LatentRecord(
                latent,
                table.firings()[latent],
                table.sums()[latent],
                table.smallest()[latent],
                table.largest()[latent],
                table.contexts()[latent],
                new Bins(0, new int[0]),
                latent == 2 ? new int[0] : new int[50],
                contexts,
                top,
                List.of(new int[0], new int[0], new int[0], new int[0], top),
                silent,
                List.of(),
                origins,
                latent == 0 ? new Companions(close, close, close, close) : Companions.NONE,
                List.of());
    }

    /** Returns the stored statistics. */
    public static Optional<StoredStatistics> found(StatisticsStore store) {
        return store.find(DICTIONARY, STEP, TEXT);
    }
}
